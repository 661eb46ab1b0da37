-- What is pending at each of the ends, a row each.
    SELECT 'pending', agency_id, case_id, ends.on, department_id, channel, applicant_kind, 0, NULL, coalesce(due_on < ends.on, false), 0, 0, '',
           grounds, NULL, 1
    FROM known JOIN unnest($14) AS ends ("on") ON received_on <= ends.on AND (counted_on IS NULL OR counted_on > ends.on)
