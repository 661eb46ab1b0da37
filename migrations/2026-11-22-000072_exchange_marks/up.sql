-- A reconsideration body, too, is told by following the whole trail (exchange_peers.told_position): a notice whose cases moved is marked with the
-- moment from which its body is to be told, and from which its evidence is to be looked at. Nothing marked, nothing read.
ALTER TABLE exchange_inbox ADD COLUMN tell_at timestamptz, ADD COLUMN offer_at timestamptz;
GRANT UPDATE (tell_at, offer_at) ON exchange_inbox TO foi_docket_service;
CREATE INDEX exchange_inbox_tell ON exchange_inbox (agency_id, tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX exchange_inbox_offer ON exchange_inbox (agency_id, offer_at) WHERE offer_at IS NOT NULL;
-- A notice that a clerk entered by hand moves no case by that.
CREATE INDEX exchange_inbox_untold ON exchange_inbox (agency_id) WHERE told_version = 0 AND proceeding IS NOT NULL;
CREATE INDEX exchange_inbox_unoffered ON exchange_inbox (agency_id) WHERE offered_version = 0 AND proceeding IS NOT NULL;
