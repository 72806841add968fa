CREATE INDEX crm_records_due ON crm_records (tenant, kind, due, id) WHERE due IS NOT NULL;
