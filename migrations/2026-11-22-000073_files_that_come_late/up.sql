-- The digests of the files that an application names and its dossier has not: one that comes late finds its cases by it. Filled by the refold that
-- follows.
ALTER TABLE cases ADD COLUMN missing_files text[] NOT NULL DEFAULT '{}';
CREATE INDEX cases_missing_files ON cases USING gin (missing_files) WHERE missing_files <> '{}';
