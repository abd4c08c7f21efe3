"""The statements of the ledger: sets of rows at once, and what the ORM cannot say."""

DECIDE = """
UPDATE incidents_ticketrequest SET outcome = %s, decided_by_id = %s, decided_at = %s
 WHERE ticket_id = %s AND kind = %s AND outcome = '' RETURNING *
"""
CARRY = """
INSERT INTO incidents_requester (ticket_id, name, phone, needs_reply, at, carried_from_id)
SELECT %s, name, phone, needs_reply, at, coalesce(carried_from_id, %s)
  FROM incidents_requester WHERE ticket_id = %s ORDER BY id
"""
LINK = """
INSERT INTO incidents_requester (ticket_id, name, phone, needs_reply, at, carried_from_id)
SELECT %s, name, phone, false, at, %s FROM incidents_requester WHERE ticket_id = %s ORDER BY id
"""
GIVE_BACK = """
UPDATE incidents_requester own SET needs_reply = true
 WHERE own.ticket_id = %s AND own.carried_from_id = %s AND NOT own.needs_reply
   AND EXISTS (SELECT 1 FROM incidents_requester main
                WHERE main.ticket_id = %s AND main.name = own.name AND main.phone = own.phone AND main.needs_reply)
"""
TAKE_BACK = """
WITH gone AS (
    DELETE FROM incidents_requester
     WHERE ticket_id = %s AND (carried_from_id = %s OR carried_from_id IN (
           SELECT carried_from_id FROM incidents_requester WHERE ticket_id = %s AND carried_from_id IS NOT NULL))
    RETURNING id)
SELECT EXISTS (SELECT 1 FROM incidents_requester
                WHERE ticket_id = %s AND needs_reply AND id NOT IN (SELECT id FROM gone))
"""
SIGN = """
UPDATE incidents_assignment a SET signed_at = %s, is_auto_signed = %s
  FROM unnest(%s::bigint[], %s::bigint[]) AS v(ticket_id, unit_id)
 WHERE a.ticket_id = v.ticket_id AND a.unit_id = v.unit_id AND a.role = 'lead'
   AND a.ended_at IS NULL AND a.signed_at IS NULL
"""
COUNT_ROUTING = """
INSERT INTO incidents_routingcandidate AS c
       (category_code, region_id, from_unit_id, to_unit_id, granted, refused, dispatched, first_at, last_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (category_code, region_id, from_unit_id, to_unit_id) DO UPDATE
   SET granted = c.granted + EXCLUDED.granted, refused = c.refused + EXCLUDED.refused,
       dispatched = c.dispatched + EXCLUDED.dispatched, last_at = EXCLUDED.last_at
"""
MOVES = (
    "UPDATE incidents_deadline d SET rung = v.rung, next_alarm_at = v.next_at "
    "FROM jsonb_to_recordset(%s::jsonb) AS v(id bigint, rung smallint, next_at timestamptz) WHERE d.id = v.id"
)
DUE = """
SELECT d.id, d.stage, d.unit_id, d.calendar, d.due_at, d.rung, d.next_alarm_at, d.ticket_id, d.assignment_id,
       t.id, t.number, t.state, t.urgency, t.holder_id, t.region_path
  FROM incidents_deadline d JOIN incidents_ticket t ON t.id = d.ticket_id
 WHERE d.next_alarm_at <= %s
 ORDER BY d.next_alarm_at, d.id LIMIT %s FOR UPDATE OF d, t SKIP LOCKED
"""
