CREATE TABLE departments (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  cost_center VARCHAR(12) NOT NULL
);

CREATE TABLE employees (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  full_name TEXT NOT NULL CHECK (length(full_name) > 0),
  email TEXT NOT NULL COLLATE NOCASE UNIQUE,
  department_id INTEGER NOT NULL REFERENCES departments (id),
  manager_id INTEGER REFERENCES employees (id) ON DELETE SET NULL,
  hired_on DATE NOT NULL,
  active BOOLEAN NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  balance_days DECIMAL(5,2) NOT NULL DEFAULT 0 CHECK (balance_days >= 0),
  bank_account BLOB,
  preferences JSON NOT NULL DEFAULT '{}',
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX employees_department ON employees (department_id);

CREATE TABLE leave_requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ref TEXT NOT NULL UNIQUE,
  employee_id INTEGER NOT NULL REFERENCES employees (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('vacation', 'sick', 'parental', 'training', 'unpaid')),
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  half_day BOOLEAN NOT NULL DEFAULT 0,
  days DECIMAL(5,2) NOT NULL CHECK (days > 0),
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'cancelled')),
  note TEXT,
  decided_by INTEGER REFERENCES employees (id) ON DELETE SET NULL,
  decided_at DATETIME,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CHECK (ends_on >= starts_on)
);

CREATE INDEX leave_requests_employee ON leave_requests (employee_id, starts_on);

CREATE INDEX leave_requests_updated ON leave_requests (updated_at DESC, id DESC);

CREATE INDEX leave_requests_pending ON leave_requests (starts_on) WHERE status = 'pending';

CREATE TABLE usage_details (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request_id INTEGER NOT NULL REFERENCES leave_requests (id) ON DELETE CASCADE,
  used_on DATE NOT NULL,
  hours DECIMAL(5,2) NOT NULL CHECK (hours > 0 AND hours <= 24),
  recorded_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE (request_id, used_on)
);

CREATE TABLE holidays (
  country CHAR(2) NOT NULL,
  day DATE NOT NULL,
  name TEXT NOT NULL,
  half_day BOOLEAN NOT NULL DEFAULT 0,
  PRIMARY KEY (country, day)
) WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value JSON NOT NULL,
  updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE audit_log (
  at DATETIME NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  ref TEXT NOT NULL UNIQUE,
  detail JSON
);

CREATE VIEW pending_by_department AS
SELECT d.id AS department_id, d.name AS department, count(*) AS requests, sum(r.days) AS days
FROM leave_requests r
JOIN employees e ON e.id = r.employee_id
JOIN departments d ON d.id = e.department_id
WHERE r.status = 'pending'
GROUP BY d.id, d.name;

CREATE TRIGGER employees_touch AFTER UPDATE ON employees
FOR EACH ROW WHEN NEW.updated_at = OLD.updated_at
BEGIN
  UPDATE employees SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;
