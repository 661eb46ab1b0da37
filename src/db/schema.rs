//! The tables as diesel sees them; `tests/it/db` compares this with the migrated catalogue.
#![expect(missing_docs, reason = "the columns are documented in the migrations")]

diesel::table! { agencies (id) { id -> Uuid, parent_id -> Nullable<Uuid>, name -> Text, created_at -> Timestamptz, } }
diesel::table! { departments (agency_id, id) { agency_id -> Uuid, id -> Uuid, name -> Text, active -> Bool, } }
diesel::table! {
    accounts (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, username -> Text, display_name -> Text, email -> Text, department_id -> Nullable<Uuid>,
        roles -> Array<Text>, password_hash -> Text, must_change_password -> Bool, active -> Bool, version -> Int4,
    }
}
diesel::table! { sign_in_names (username) { username -> Text, agency_id -> Uuid, account_id -> Uuid, } }
diesel::table! {
    foi_office_heads (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, account_id -> Uuid, deputy -> Bool, from_on -> Date, until_on -> Nullable<Date>,
    }
}
diesel::table! {
    sessions (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, account_id -> Uuid, refresh_hash -> Bytea,
        created_at -> Timestamptz, expires_at -> Timestamptz, revoked_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    events (agency_id, stream_id, seq) {
        agency_id -> Uuid, stream_id -> Uuid, seq -> Int4, kind -> Text, recorded_at -> Timestamptz, body -> Text, hash -> Bytea,
    }
}
diesel::table! {
    pending_events (agency_id, stream_id, seq) { agency_id -> Uuid, stream_id -> Uuid, seq -> Int4, recorded_at -> Timestamptz, }
}
diesel::table! {
    event_positions (agency_id, position) { agency_id -> Uuid, position -> Int8, stream_id -> Uuid, seq -> Int4, }
}
diesel::table! { sequencers (agency_id) { agency_id -> Uuid, last_position -> Int8, } }
diesel::table! { agency_streams (agency_id) { agency_id -> Uuid, seq -> Int4, recorded_at -> Timestamptz, head_hash -> Text, } }
diesel::table! {
    cases (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, version -> Int4, head_hash -> Text, changed_at -> Timestamptz, fold_version -> Int4, state -> Jsonb,
        stage -> Text, channel -> Text, applicant_kind -> Text, arrived_on -> Date, received_on -> Nullable<Date>,
        case_number -> Nullable<Text>, registered_on -> Nullable<Date>, due_on -> Nullable<Date>, provisional -> Bool,
        outcome -> Nullable<Text>, department_id -> Nullable<Uuid>, handler_id -> Nullable<Uuid>, document_number -> Nullable<Text>,
        dispatched_on -> Nullable<Date>, closed_on -> Nullable<Date>, archived_on -> Nullable<Date>, archive_number -> Nullable<Text>,
        calendar_edition -> Int4,
        matter -> Text,
        disposal_from -> Nullable<Date>,
        answered_with -> Nullable<Uuid>,
        earlier_numbers -> Array<Text>,
        missing_files -> Array<Text>,
    }
}
diesel::table! {
    duties (agency_id, case_id, kind, ordinal) {
        agency_id -> Uuid, case_id -> Uuid, kind -> Text, ordinal -> Int4, owed_by -> Text, article -> Text, basis -> Text,
        from_on -> Date, due_on -> Date, provisional -> Bool, met_on -> Nullable<Date>, open -> Bool,
        department_id -> Nullable<Uuid>, handler_id -> Nullable<Uuid>, case_number -> Nullable<Text>, barred -> Array<Uuid>,
        operation -> Nullable<Text>,
    }
}
diesel::table! {
    deliveries (agency_id, case_id, n) {
        agency_id -> Uuid, case_id -> Uuid, n -> Int4, letter -> Text, method -> Text, tracking_number -> Nullable<Text>,
        sent_on -> Date, served_on -> Nullable<Date>, state -> Text, batch_id -> Nullable<Uuid>,
        with_case -> Nullable<Uuid>,
    }
}
diesel::table! {
    proceedings (agency_id, case_id, n) {
        agency_id -> Uuid, case_id -> Uuid, n -> Int4, kind -> Text, body -> Text, case_number -> Nullable<Text>,
        received_on -> Date, outcome -> Nullable<Text>, report_column -> Text, decided_on -> Nullable<Date>,
        proceeding_id -> Nullable<Uuid>, counts -> Bool, cause -> Nullable<Text>, instance -> Nullable<Text>, route -> Nullable<Text>,
        follows -> Nullable<Int4>, began_on -> Date, own_column -> Nullable<Text>, chain -> Int4, grounds -> Array<Text>,
        appealable_until -> Nullable<Date>,
    }
}
diesel::table! {
    results (agency_id, case_id) {
        agency_id -> Uuid, case_id -> Uuid, counted_on -> Nullable<Date>, report_row -> Nullable<Int4>, applicant_kind -> Text,
        received_on -> Date, working_days -> Nullable<Int4>, stops -> Int4, extensions -> Int4,
        due_on -> Nullable<Date>, grounds -> Array<Text>,
    }
}
diesel::table! {
    fee_items (agency_id, case_id, n, payment) {
        agency_id -> Uuid, case_id -> Uuid, n -> Int4, payment -> Int4, dated_on -> Date, amount -> Int4,
    }
}
diesel::table! {
    report_additions (agency_id, year, consolidated, version) {
        agency_id -> Uuid, year -> Int4, version -> Int4, data -> Text, made_by -> Uuid, made_at -> Timestamptz,
        consolidated -> Bool,
    }
}
diesel::table! {
    report_approvals (agency_id, year, consolidated, n) {
        agency_id -> Uuid, year -> Int4, n -> Int4, additions -> Int4, sha256 -> Text, approved_by -> Uuid, approved_at -> Timestamptz,
        consolidated -> Bool,
    }
}
diesel::table! {
    frozen_reports (agency_id, year, consolidated) {
        agency_id -> Uuid, year -> Int4, approval -> Int4, data -> Text, frozen_by -> Uuid, frozen_at -> Timestamptz,
        consolidated -> Bool,
    }
}
diesel::table! {
    report_cases (agency_id, year, case_id) {
        agency_id -> Uuid, year -> Int4, case_id -> Uuid, entered -> Text, report_row -> Int4, applicant_kind -> Text,
        received_on -> Nullable<Date>, counted_on -> Nullable<Date>, consolidated -> Bool,
    }
}
diesel::table! {
    report_publications (agency_id, year, consolidated, n) {
        agency_id -> Uuid, year -> Int4, n -> Int4, submitted_on -> Nullable<Date>, published_on -> Nullable<Date>, address -> Nullable<Text>,
        recorded_by -> Uuid, recorded_at -> Timestamptz, consolidated -> Bool,
    }
}
diesel::table! {
    report_proceedings (agency_id, year, case_id, n) {
        agency_id -> Uuid, year -> Int4, case_id -> Uuid, n -> Int4, category -> Text, report_column -> Text,
        decided_on -> Nullable<Date>, consolidated -> Bool,
    }
}
diesel::table! {
    posts (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, kind -> Text, account_id -> Uuid, department_id -> Nullable<Uuid>, principal_id -> Nullable<Uuid>,
        from_on -> Date, until_on -> Nullable<Date>,
    }
}
diesel::table! {
    sealed_documents (agency_id, case_id, document_id, drafter_id) {
        agency_id -> Uuid, case_id -> Uuid, document_id -> Uuid, drafter_id -> Uuid, draft -> Int4,
    }
}
diesel::table! {
    reply_items (agency_id, case_id, reply, n) {
        agency_id -> Uuid, case_id -> Uuid, reply -> Int4, n -> Int4, kind -> Text, gives -> Bool, withholds -> Bool,
        grounds -> Array<Text>, issued_on -> Date, review -> Nullable<Int4>, result -> Nullable<Text>, topic -> Nullable<Text>,
        reviewed_on -> Nullable<Date>, published_on -> Nullable<Date>, stands -> Bool, counts -> Bool,
    }
}
diesel::table! { case_documents (agency_id, case_id, document_id) { agency_id -> Uuid, case_id -> Uuid, document_id -> Uuid, } }
diesel::table! {
    external_references (agency_id, system, reference) { agency_id -> Uuid, system -> Text, reference -> Text, case_id -> Uuid, }
}
diesel::table! { counters (agency_id, kind, year) { agency_id -> Uuid, kind -> Text, year -> Int4, last -> Int4, } }
diesel::table! { case_keys (agency_id, case_id) { agency_id -> Uuid, case_id -> Uuid, wrapped -> Bytea, } }
diesel::table! {
    case_search (agency_id, case_id) {
        agency_id -> Uuid, case_id -> Uuid, dated_on -> Date, bands -> Array<Int4>, words -> Array<Int4>, weights -> Bytea,
    }
}
diesel::table! { case_texts (agency_id, case_id, id) { agency_id -> Uuid, case_id -> Uuid, id -> Uuid, sealed -> Bytea, } }
diesel::table! {
    applicant_index (agency_id, kind, blind, case_id) { agency_id -> Uuid, kind -> Text, blind -> Bytea, case_id -> Uuid, }
}
diesel::table! {
    documents (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, sha256 -> Bytea, size -> Int8, media_type -> Text, uploaded_by -> Uuid, uploaded_at -> Timestamptz,
        letter_id -> Nullable<Uuid>, object_sha256 -> Nullable<Bytea>,
    }
}
diesel::table! { document_keys (agency_id, document_id) { agency_id -> Uuid, document_id -> Uuid, wrapped -> Bytea, } }
diesel::table! { calendar_editions (edition) { edition -> Int4, sha256 -> Bytea, loaded_at -> Timestamptz, data -> Text, } }
diesel::table! {
    calendar_proposals (id) {
        id -> Uuid, proposed_by -> Nullable<Uuid>, proposed_at -> Timestamptz, sha256 -> Bytea, data -> Text, state -> Text,
        decided_by -> Nullable<Uuid>, decided_at -> Nullable<Timestamptz>, reason -> Nullable<Text>, edition -> Nullable<Int4>,
    }
}
diesel::table! { settings_editions (agency_id, edition) { agency_id -> Uuid, edition -> Int4, made_at -> Timestamptz, data -> Jsonb, } }
diesel::table! {
    letter_template_editions (agency_id, kind, edition) {
        agency_id -> Uuid, kind -> Text, edition -> Int4, made_at -> Timestamptz, text -> Text,
    }
}
diesel::table! {
    library_editions (agency_id, entry_id, edition) {
        agency_id -> Uuid, entry_id -> Uuid, edition -> Int4, shelf -> Text, data -> Text, proposed_by -> Uuid, proposed_at -> Timestamptz,
        state -> Text, decided_by -> Nullable<Uuid>, decided_at -> Nullable<Timestamptz>, reason -> Nullable<Text>,
    }
}
diesel::table! {
    library_uses (agency_id, case_id, reply, n, entry_id) {
        agency_id -> Uuid, case_id -> Uuid, reply -> Int4, n -> Int4, entry_id -> Uuid, edition -> Int4, departs -> Bool, issued_on -> Date,
    }
}
diesel::table! {
    corrected_replies (agency_id, case_id, n) {
        agency_id -> Uuid, case_id -> Uuid, n -> Int4, cause -> Nullable<Text>, outcome -> Text, decided_on -> Date, kinds -> Array<Text>,
        grounds -> Array<Text>, lessons -> Int4, proceeding_id -> Nullable<Uuid>,
    }
}
diesel::table! {
    platform_states (agency_id, case_id) {
        agency_id -> Uuid, case_id -> Uuid, number -> Text, entered_on -> Date, known_on -> Date, status -> Nullable<Text>,
        status_on -> Nullable<Date>,
    }
}
diesel::table! {
    supervision_letters (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, from_agency -> Uuid, kind -> Text, case_id -> Nullable<Uuid>, follows -> Nullable<Uuid>,
        subject -> Text, words -> Text, due_on -> Nullable<Date>, sent_by -> Uuid, sent_at -> Timestamptz, noted_by -> Nullable<Uuid>,
        noted_at -> Nullable<Timestamptz>, answer -> Nullable<Text>, answered_by -> Nullable<Uuid>, answered_at -> Nullable<Timestamptz>,
        accepted -> Nullable<Bool>, remark -> Nullable<Text>, concluded_by -> Nullable<Uuid>, concluded_at -> Nullable<Timestamptz>,
        proofs -> Array<Uuid>,
    }
}
diesel::table! {
    rectifications (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, department_id -> Uuid, letter_id -> Nullable<Uuid>, state -> Text, due_on -> Date,
        changed_at -> Timestamptz, data -> Text,
    }
}
diesel::table! {
    inspections (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, data -> Text, drawn_by -> Uuid, drawn_at -> Timestamptz, result -> Nullable<Text>,
        concluded_by -> Nullable<Uuid>, concluded_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    inspection_scores (agency_id, inspection_id, n) {
        agency_id -> Uuid, inspection_id -> Uuid, n -> Int4, data -> Text, scored_by -> Uuid, scored_at -> Timestamptz,
    }
}
diesel::table! {
    outbox (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, dedup_key -> Text, recipient_id -> Uuid, to_name -> Text, to_address -> Text, subject -> Text,
        body -> Text, message_id -> Text, created_at -> Timestamptz, state -> Text, attempts -> Int4, next_at -> Timestamptz,
        lease_token -> Nullable<Uuid>, lease_until -> Nullable<Timestamptz>, sent_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>, resolution -> Nullable<Text>,
    }
}
diesel::table! {
    reminders (agency_id, case_id, duty_kind, duty_ordinal, due_on, offset_days, recipient_id) {
        agency_id -> Uuid, case_id -> Uuid, duty_kind -> Text, duty_ordinal -> Int4, due_on -> Date, offset_days -> Int4,
        recipient_id -> Uuid, outbox_id -> Uuid,
    }
}
diesel::table! { sweeps (agency_id, task) { agency_id -> Uuid, task -> Text, done_on -> Date, } }
diesel::table! {
    idempotency_keys (agency_id, account_id, key) {
        agency_id -> Uuid, account_id -> Uuid, key -> Text, path -> Text, body_digest -> Bytea, resource_id -> Uuid, version -> Int4,
        status -> Int2, created_at -> Timestamptz,
    }
}
diesel::table! {
    exchange_files (agency_id, peer_id, sha256) {
        agency_id -> Uuid, peer_id -> Uuid, sha256 -> Bytea, size -> Int8, document_id -> Nullable<Uuid>, code -> Nullable<Text>,
        came_at -> Timestamptz,
    }
}
diesel::table! {
    platform_lists (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, on_day -> Date, n -> Int4, complete -> Bool, entries -> Text, handed_in_by -> Uuid,
        handed_in_at -> Timestamptz,
    }
}
diesel::table! {
    exchange_peers (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, contract -> Text, name -> Text, push_url -> Nullable<Text>, pushes -> Bool, active -> Bool,
        version -> Int4, last_position -> Int8, wrapped -> Bytea, told_position -> Int8, former_names -> Array<Text>,
    }
}
diesel::table! {
    exchange_secrets (agency_id, peer_id, n) {
        agency_id -> Uuid, peer_id -> Uuid, n -> Int4, sealed -> Bytea, token_sha256 -> Bytea, made_at -> Timestamptz,
        until -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    exchange_inbox (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, peer_id -> Uuid, sort -> Text, number -> Text, sha256 -> Bytea, wrapped -> Nullable<Bytea>,
        sealed -> Nullable<Bytea>, sent_at -> Timestamptz, received_at -> Timestamptz, skewed -> Bool, state -> Text,
        code -> Nullable<Text>, case_id -> Nullable<Uuid>, proceeding -> Nullable<Int4>, settled_by -> Nullable<Uuid>,
        told_version -> Int4, attempts -> Int4, next_at -> Timestamptz, offered_version -> Int4,
        tell_at -> Nullable<Timestamptz>, offer_at -> Nullable<Timestamptz>, cause -> Nullable<Text>,
        settled_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    exchange_outbox (agency_id, id) {
        agency_id -> Uuid, id -> Uuid, peer_id -> Uuid, position -> Int8, sort -> Text, dedup_key -> Text, case_id -> Nullable<Uuid>,
        proceeding -> Nullable<Int4>, sha256 -> Bytea, wrapped -> Nullable<Bytea>, sealed -> Nullable<Bytea>, created_at -> Timestamptz,
        state -> Text, attempts -> Int4, next_at -> Timestamptz, lease_token -> Nullable<Uuid>, lease_until -> Nullable<Timestamptz>,
        delivered_at -> Nullable<Timestamptz>, last_error -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    report_publications,
    agencies,
    departments,
    accounts,
    sign_in_names,
    foi_office_heads,
    sessions,
    events,
    pending_events,
    event_positions,
    sequencers,
    agency_streams,
    cases,
    duties,
    deliveries,
    proceedings,
    results,
    fee_items,
    report_additions,
    report_approvals,
    frozen_reports,
    report_cases,
    report_proceedings,
    posts,
    sealed_documents,
    reply_items,
    case_documents,
    external_references,
    counters,
    case_keys,
    case_search,
    case_texts,
    applicant_index,
    documents,
    document_keys,
    calendar_editions,
    calendar_proposals,
    settings_editions,
    letter_template_editions,
    library_editions,
    library_uses,
    corrected_replies,
    platform_states,
    supervision_letters,
    rectifications,
    inspections,
    inspection_scores,
    outbox,
    reminders,
    sweeps,
    idempotency_keys,
    exchange_peers,
    exchange_secrets,
    exchange_inbox,
    exchange_outbox,
    exchange_files,
    platform_lists,
);
