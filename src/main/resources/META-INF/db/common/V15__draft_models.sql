-- A smaller model with the same tokens, which guesses how answers go on.
ALTER TABLE profiles ADD COLUMN draft_model VARCHAR(200);
