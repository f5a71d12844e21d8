-- What the room of its kind counts a decision under, as `name=value`: pattern and called province of a call. Lists are
-- narrowed by it; it is of small sets and never of a person.
alter table engine_decision add column marks text[];
