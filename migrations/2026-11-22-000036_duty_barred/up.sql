-- Who may not give the review or the signature that waits: the drafter, and whoever gave what somebody else must give (四眼原则). It is on nobody's
-- list who may not do it. Cases of an older fold are folded anew, and their duties with them.
ALTER TABLE duties ADD COLUMN barred uuid[] NOT NULL DEFAULT '{}';
