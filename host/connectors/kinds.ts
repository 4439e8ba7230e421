import { readdir } from 'node:fs/promises';
import type { Connector } from './connector.ts';

/**
 * All connectors there are: each folder beside this file is one. Read when they are asked for, as some are large. One that
 * cannot be loaded is told and left out, for the others go on without it.
 */
export async function loadConnectors(
  onBroken: (id: string, error: unknown) => void,
): Promise<ReadonlyMap<string, Connector>> {
  const entries = await readdir(new URL('.', import.meta.url), { withFileTypes: true });
  const ids = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const loaded = await Promise.all(
    ids.sort().map(id => loadConnector(id).catch((error: unknown) => void onBroken(id, error))),
  );
  return new Map(loaded.flatMap(connector => (connector ? [[connector.id, connector]] : [])));
}

/** @throws Error where the folder holds another connector than its name says */
async function loadConnector(id: string): Promise<Connector> {
  const { connector }: { connector: Connector } = await import(`./${id}/connector.ts`);
  if (connector.id !== id) throw new Error(`host/connectors/${id} holds the connector ${connector.id}`);
  return connector;
}
