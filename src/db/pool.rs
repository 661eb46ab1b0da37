//! The one way to the database: a permit, then a blocking thread, then a pooled connection with its scope.
//!
//! Nothing awaits inside a transaction, and a started closure always finishes: a client that hangs up cannot leave
//! a transaction half-way. The scope (which agencies may be read, which one written) is set on the connection before
//! any query, and row-level security repeats the check behind every one.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, ManageConnection, Pool, PooledConnection};
use diesel::sql_types::{Bool, Text};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Which agencies' rows a connection may read, and whose it may write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Agencies whose rows may be read.
    pub reads: Vec<Uuid>,
    /// The agency whose rows may be written.
    pub writes: Option<Uuid>,
}

impl Scope {
    /// Reads and writes one agency.
    pub fn own(agency: Uuid) -> Self {
        Self { reads: vec![agency], writes: Some(agency) }
    }

    /// Reads these agencies, writes none.
    pub const fn reading(agencies: Vec<Uuid>) -> Self {
        Self { reads: agencies, writes: None }
    }

    /// Only what no agency owns: the tree of agencies, sign-in names, calendars.
    pub fn nobody() -> Self {
        Self::default()
    }
}

/// What can go wrong on the way to the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection in time: the server is down, or every connection is taken.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// A statement failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl DbError {
    /// The connection was lost or never there: the caller repeats with its key.
    pub const fn is_unavailable(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(
            self,
            Self::Unavailable(_)
                | Self::Query(
                    Error::BrokenTransactionManager
                        | Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
                )
        )
    }
}

/// How large the pool is and how long anything may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections.
    pub connections: u32,
    /// Longest wait for a connection.
    pub wait: Duration,
    /// Longest statement, in milliseconds.
    pub statement_ms: u32,
    /// Longest wait for a lock, in milliseconds.
    pub lock_ms: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 16, wait: Duration::from_secs(5), statement_ms: 30_000, lock_ms: 5_000 }
    }
}

impl Limits {
    /// For `verify` and `rebuild`, whose questions go over whole tables while nobody waits for the answer.
    pub fn unhurried() -> Self {
        Self { statement_ms: 30 * 60 * 1_000, ..Self::default() }
    }
}

/// How busy the pool is.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Open connections.
    pub open: u32,
    /// Those that nobody uses.
    pub idle: u32,
    /// Most there may be.
    pub limit: u32,
}

/// The database.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
    limits: Limits,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// A connection in the pool. Diesel does not see that its server has gone, and the pool would hand it out again for ever.
struct Held {
    conn: PgConnection,
    /// Its last scope could not be set: it is thrown away.
    dead: bool,
}

#[derive(Debug)]
struct Manager(ConnectionManager<PgConnection>);

impl ManageConnection for Manager {
    type Connection = Held;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Held, Self::Error> {
        Ok(Held { conn: self.0.connect()?, dead: false })
    }

    fn is_valid(&self, held: &mut Held) -> Result<(), Self::Error> {
        self.0.is_valid(&mut held.conn)
    }

    fn has_broken(&self, held: &mut Held) -> bool {
        held.dead || self.0.has_broken(&mut held.conn)
    }
}

#[derive(Debug)]
struct Prepare {
    limits: Limits,
    role: Option<&'static str>,
}

impl diesel::r2d2::CustomizeConnection<Held, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, Held { conn, .. }: &mut Held) -> Result<(), diesel::r2d2::Error> {
        let Limits { statement_ms, lock_ms, .. } = self.limits;
        diesel::sql_query(format!(
            "SELECT set_config('statement_timeout', '{statement_ms}', false), set_config('lock_timeout', '{lock_ms}', false), \
             set_config('idle_in_transaction_session_timeout', '60000', false), set_config('TimeZone', 'UTC', false)"
        ))
        .execute(conn)
        .and_then(|_| self.role.map_or(Ok(()), |role| act_as(conn, role)))
        .map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Db {
    /// Makes the pool; connections are opened when first needed, so a database that starts later is no failure.
    pub fn new(url: &str, limits: Limits) -> Self {
        Self::with(url, Prepare { limits, role: None })
    }

    /// The same for a login role that may do more: every connection begins as this role, however the address is written.
    pub fn acting_as(role: &'static str, url: &str, limits: Limits) -> Self {
        Self::with(url, Prepare { limits, role: Some(role) })
    }

    fn with(url: &str, prepare: Prepare) -> Self {
        let limits = prepare.limits;
        let pool = Pool::builder()
            .max_size(limits.connections)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(limits.wait)
            .connection_customizer(Box::new(prepare))
            .build_unchecked(Manager(ConnectionManager::new(url)));
        let permits = Arc::new(Semaphore::new(usize::try_from(limits.connections).unwrap_or(1)));
        Self { pool, permits, limits }
    }

    /// How busy the pool is.
    pub fn load(&self) -> Load {
        let state = self.pool.state();
        Load { open: state.connections, idle: state.idle_connections, limit: self.limits.connections }
    }

    /// Runs a closure on a connection with this scope, on a blocking thread.
    pub async fn run<T, E>(&self, scope: Scope, work: impl FnOnce(&mut PgConnection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let permit = tokio::time::timeout(self.limits.wait, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| DbError::Unavailable("every connection is busy".into()))?
            .map_err(|closed| DbError::Unavailable(closed.to_string()))?;
        let db = self.clone();
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            db.run_here(&scope, work)
        })
        .await
        .map_err(|stopped| DbError::Unavailable(stopped.to_string()))?
    }

    /// The same on this thread: for workers and commands, which have a thread of their own.
    pub fn run_here<T, E>(&self, scope: &Scope, work: impl FnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbError>,
    {
        let mut conn = self.checkout(scope)?;
        work(&mut conn.conn)
    }

    fn checkout(&self, scope: &Scope) -> Result<PooledConnection<Manager>, DbError> {
        let mut last = None;
        // A pool full of connections that died with their server is emptied here, one try each.
        for _ in 0..=self.limits.connections {
            let mut conn = self.pool.get().map_err(|error| DbError::Unavailable(error.to_string()))?;
            match set_scope(&mut conn.conn, scope) {
                Ok(()) => return Ok(conn),
                Err(error) => {
                    conn.dead = true;
                    last = Some(error);
                }
            }
        }
        Err(DbError::Unavailable(last.map_or_else(String::new, |error| error.to_string())))
    }
}

/// Goes on as another role.
pub fn act_as(conn: &mut PgConnection, role: &'static str) -> QueryResult<()> {
    diesel::sql_query(format!("SET ROLE {role}")).execute(conn).map(|_| ())
}

/// Sets the scope; its answer also proves the connection alive.
pub fn set_scope(conn: &mut PgConnection, scope: &Scope) -> QueryResult<()> {
    #[diesel::declare_sql_function]
    extern "SQL" {
        fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
    }
    let reads = scope.reads.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
    let writes = scope.writes.map(|id| id.to_string()).unwrap_or_default();
    diesel::select((set_config("foi.reads", &reads, false).eq(&reads), set_config("foi.writes", &writes, false).eq(&writes)))
        .get_result::<(bool, bool)>(conn)
        .map(|_| ())
}
