CREATE INDEX crm_records_due ON crm_records (tenant, kind, due, id) WHERE due IS NOT NULL;
CREATE INDEX crm_records_path ON crm_records (tenant, kind, path, id) WHERE path <> '';
