-- Forward only.
DO $$ BEGIN RAISE EXCEPTION 'migrations of this program go forward only'; END $$;
