-- So that another program's INSERT needs a title only.
ALTER TABLE notification ALTER COLUMN body SET DEFAULT '';
ALTER TABLE notification ALTER COLUMN created_at SET DEFAULT CURRENT_TIMESTAMP;
