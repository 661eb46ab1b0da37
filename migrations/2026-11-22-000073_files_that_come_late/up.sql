-- A file of an application that comes after it is put into its dossier: the cases that named it and do not have it, by its digest.
CREATE INDEX cases_not_taken ON cases USING gin ((state -> 'not_taken') jsonb_path_ops) WHERE state -> 'not_taken' <> '[]';
