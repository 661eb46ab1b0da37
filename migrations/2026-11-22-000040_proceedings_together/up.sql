-- One proceeding may cover several cases: the rows of one bear its id, and it counts once. The agency whose act is tried is the one that counts
-- it (国办公开办函〔2016〕201号). Why the agency was corrected (domain 5.4). The rows are written anew by the refold that follows.
ALTER TABLE proceedings ADD COLUMN proceeding_id uuid;
ALTER TABLE proceedings ADD COLUMN counts boolean NOT NULL DEFAULT true;
ALTER TABLE proceedings ALTER COLUMN counts DROP DEFAULT;
ALTER TABLE proceedings ADD COLUMN cause text;
CREATE INDEX proceedings_by_day ON proceedings (agency_id, received_on, case_id, n);
CREATE INDEX proceedings_together ON proceedings (agency_id, proceeding_id) WHERE proceeding_id IS NOT NULL;
