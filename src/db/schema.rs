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
    }
}
diesel::table! {
    duties (agency_id, case_id, kind, ordinal) {
        agency_id -> Uuid, case_id -> Uuid, kind -> Text, ordinal -> Int4, owed_by -> Text, article -> Text, basis -> Text,
        from_on -> Date, due_on -> Date, provisional -> Bool, met_on -> Nullable<Date>, open -> Bool,
        department_id -> Nullable<Uuid>, handler_id -> Nullable<Uuid>, case_number -> Nullable<Text>, operation -> Nullable<Text>,
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
    }
}
diesel::table! {
    results (agency_id, case_id) { agency_id -> Uuid, case_id -> Uuid, counted_on -> Date, report_row -> Int4, applicant_kind -> Text, }
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
        reviewed_on -> Nullable<Date>, published_on -> Nullable<Date>,
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

diesel::allow_tables_to_appear_in_same_query!(
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
    outbox,
    reminders,
    sweeps,
    idempotency_keys,
);
