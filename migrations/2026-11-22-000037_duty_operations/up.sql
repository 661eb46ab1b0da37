-- The operation that meets a duty: it stands on the desk of whoever may call that, not of whoever handles the case. Derived; null where nobody
-- in the agency owes it.
ALTER TABLE duties ADD COLUMN operation text;
