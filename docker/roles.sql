-- Once per server, as a superuser. Passwords come as psql variables:
--   psql -v owner_password=… -v app_password=… -f docker/roles.sql
-- foi_owner owns the tables and migrates; foi_app is all the service has: a member of foi_docket_service and of nothing else.
CREATE ROLE foi_docket_service NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
CREATE ROLE foi_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE foi_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app_password';
GRANT foi_docket_service TO foi_app;
-- lc_ctype C would make Chinese search useless.
CREATE DATABASE foi_docket OWNER foi_owner ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
\connect foi_docket
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO foi_owner;
