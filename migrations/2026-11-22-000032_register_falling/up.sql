-- The register from its end: a null date stands last in either direction, so a falling sort needs an index of its own.
CREATE INDEX cases_by_due_falling ON cases (agency_id, due_on DESC NULLS LAST, id DESC);
CREATE INDEX cases_by_receipt_falling ON cases (agency_id, received_on DESC NULLS LAST, id DESC);
