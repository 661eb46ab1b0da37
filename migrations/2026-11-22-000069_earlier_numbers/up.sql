-- The numbers of replies that were revoked or set aside since: who challenges one of them names it (复议法 20), and the case is found by it. Filled by
-- the refold that follows.
ALTER TABLE cases ADD COLUMN earlier_numbers text[] NOT NULL DEFAULT '{}';
CREATE INDEX cases_earlier_numbers ON cases USING gin (earlier_numbers) WHERE earlier_numbers <> '{}';
