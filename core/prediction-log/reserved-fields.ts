const reserved =
  /^(_id|schema_version|timestamp|timestamp_local|request_id|row|event|model_(id|name|version|creation_time)|features|prediction|(class|proba)_\d+|latency_ms|truth|predicted_(request_id|row)|names_escaped)$/;

/** Whether a field of that name is the log's own, and so not the id of a row. */
export function isOwnField(name: string): boolean {
  return reserved.test(name);
}

/** The field that records hold the id in: its own name, unless that is one of the record's own fields. */
export function idField(idName: string): string {
  return isOwnField(idName) ? `id_${idName}` : idName;
}
