import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Disk that each kind of table takes, by the blocks its columns lie in; segments that share a block have their part
 * of it. `gauge` and `counter` are the raw windows of all generations, `tiers` what is made of them.
 */
export async function tableBytes(path: string): Promise<Record<string, number>> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const names = (
      await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
    )
      .getRows()
      .map(([name]) => String(name));
    const bytes: Record<string, number> = {};
    for (const name of names) {
      const [row] = (
        await connection.runAndReadAll(
          `SELECT coalesce(count(DISTINCT block_id), 0)::DOUBLE * 262144 FROM pragma_storage_info('${name}')
           WHERE persistent AND block_id >= 0`,
        )
      ).getRows();
      const kind =
        /^(gauge|counter|span|missing)_g\d+$/.exec(name)?.[1] ??
        (/_(\d+|day)$/.test(name) ? 'tiers' : 'rest');
      bytes[kind] = (bytes[kind] ?? 0) + Number(row?.[0] ?? 0);
    }
    return bytes;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
