DROP TABLE supervision_letters;
