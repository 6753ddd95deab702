-- The sample application's database in the target. Its role owns it, and may write without firing triggers and foreign
-- keys, which is how changes are applied in any order.
\set password `cat /run/secrets/target-password`
CREATE ROLE leavedesk LOGIN PASSWORD :'password';
GRANT SET ON PARAMETER session_replication_role TO leavedesk;
CREATE DATABASE leavedesk OWNER leavedesk;

-- Who only looks, for Prometheus.
\set monitor `cat /run/secrets/monitor-password`
CREATE ROLE monitor LOGIN PASSWORD :'monitor';
GRANT pg_monitor TO monitor;
