import type { BrowseDescriptionOptions, ReferenceDescription } from 'node-opcua-client';
import { asTaken } from './as-taken.ts';
import { connect } from './connect.ts';
import { digestOf } from './endpoints.ts';
import type { Library } from './library.ts';
import type { Found, FoundObject, FoundUnit, FoundVariable, ServerAccess } from './messages.ts';
import { numberIn } from './values.ts';
import { within } from './within.ts';
import { serverFaultOf } from './words.ts';

/** Of a server with everything on it. */
const mostObjects = 1000;
const mostVariables = 2000;
const mostDepth = 10;
const mostAtOnce = 50;
const requestMs = 8000;

const objectsFolder = 'i=85';
const hierarchicalReferences = 'i=33';
const hasProperty = 'i=46';
const [objectClass, variableClass] = [1, 2];

interface ObjectNode {
  readonly nodeId: string;
  readonly path: readonly string[];
}

interface Place {
  readonly variable: { readonly nodeId: string; readonly name: string };
  readonly parent: readonly string[];
}

/** The numbers below the Objects folder, as far as time and bounds allow. @throws ServerFault in words for people */
export async function browse(access: ServerAccess, mostMs: number, signal: AbortSignal): Promise<Found> {
  const endMs = performance.now() + mostMs;
  const { library, session, close } = await connect(access, signal);
  const ask = { library, session, isOver: () => performance.now() > endMs || signal.aborted };
  try {
    const { places, isPart } = await variablesBelow(ask);
    const numbers = await readNumbers(ask, places);
    const objects = new Map<string, { path: readonly string[]; variables: FoundVariable[] }>();
    for (const { parent, variable, value, unit } of numbers.found) {
      const key = parent.join('\n');
      const object = objects.get(key) ?? { path: parent, variables: [] };
      object.variables.push({ ...variable, value, unit });
      objects.set(key, object);
    }
    const found: readonly FoundObject[] = [...objects.values()];
    return { objects: found, isPart: isPart || numbers.isPart };
  } catch (error) {
    const ours = digestOf(Buffer.from(access.client.certificate, 'base64'), 'sha1');
    throw serverFaultOf(error, 'subscribe', access.url, ours);
  } finally {
    await close();
  }
}

interface Asking {
  readonly library: Library;
  readonly session: Awaited<ReturnType<typeof connect>>['session'];
  readonly isOver: () => boolean;
}

/** Layer by layer, each node once: references may go in circles. */
async function variablesBelow(ask: Asking): Promise<{ places: readonly Place[]; isPart: boolean }> {
  const seen = new Set([objectsFolder]);
  const places: Place[] = [];
  let layer: ObjectNode[] = [{ nodeId: objectsFolder, path: [] }];
  let isPart = false;
  for (let depth = 0; layer.length > 0; depth++) {
    const next: ObjectNode[] = [];
    for (const some of inParts(layer)) {
      isPart ||= ask.isOver();
      if (ask.isOver()) break;
      const children = await childrenOf(ask, some, hierarchicalReferences);
      for (const [index, references] of children.entries()) {
        const path = some[index]?.path ?? [];
        for (const { nodeId, nodeClass, browseName, displayName } of references) {
          const id = nodeId.toString();
          // What every server has is about itself.
          if (nodeId.namespace === 0 || seen.has(id)) continue;
          const isRoom = seen.size - places.length < mostObjects && places.length < mostVariables;
          isPart ||= !isRoom;
          if (!isRoom) continue;
          seen.add(id);
          const name = (displayName.text || browseName.name || id).slice(0, 64);
          if (nodeClass === objectClass) next.push({ nodeId: id, path: [...path, name] });
          else places.push({ variable: { nodeId: id, name }, parent: path });
        }
      }
    }
    isPart ||= next.length > 0 && depth + 1 >= mostDepth;
    layer = depth + 1 < mostDepth ? next : [];
  }
  return { places, isPart };
}

async function readNumbers(ask: Asking, places: readonly Place[]) {
  const { AttributeIds } = ask.library;
  const found: (Place & { value: number; unit: FoundUnit | undefined })[] = [];
  for (const some of inParts(places)) {
    if (ask.isOver()) return { found, isPart: true };
    const read = some.map(({ variable: { nodeId } }) => ({ nodeId, attributeId: AttributeIds.Value }));
    const values = await asTaken(read, part => within(requestMs, ask.session.read([...part])));
    const numbers = some.flatMap((place, index) => {
      const value = numberIn(values[index]?.value);
      return value === undefined ? [] : [{ ...place, value }];
    });
    const units = await unitsOf(
      ask,
      numbers.map(({ variable }) => variable),
    );
    found.push(...numbers.map((number, index) => ({ ...number, unit: units[index] })));
  }
  return { found, isPart: false };
}

/** EngineeringUnits (OPC 10000-8, 5.3.2) of each variable that has them. */
async function unitsOf(ask: Asking, variables: readonly { readonly nodeId: string }[]) {
  const units: (FoundUnit | undefined)[] = variables.map(() => undefined);
  if (variables.length === 0) return units;
  const properties = await childrenOf(ask, variables, hasProperty);
  const owners: number[] = [];
  const read: { nodeId: string; attributeId: number }[] = [];
  for (const [index, references] of properties.entries()) {
    const property = references.find(({ browseName }) => browseName.name === 'EngineeringUnits');
    if (property === undefined) continue;
    owners.push(index);
    read.push({ nodeId: property.nodeId.toString(), attributeId: ask.library.AttributeIds.Value });
  }
  const values =
    read.length === 0 ? [] : await asTaken(read, part => within(requestMs, ask.session.read([...part])));
  for (const [at, { value }] of values.entries()) units[owners[at] ?? 0] = unitIn(value?.value);
  return units;
}

function unitIn(value: unknown): FoundUnit | undefined {
  if (typeof value !== 'object' || value === null || !('unitId' in value) || !('displayName' in value))
    return undefined;
  const { unitId, displayName } = value;
  const text =
    typeof displayName === 'object' && displayName !== null && 'text' in displayName
      ? String(displayName.text ?? '')
      : '';
  return { id: typeof unitId === 'number' ? unitId : -1, text: text.slice(0, 32) };
}

async function childrenOf(
  { session, library, isOver }: Asking,
  nodes: readonly { readonly nodeId: string }[],
  referenceTypeId: string,
): Promise<ReferenceDescription[][]> {
  const wanted: BrowseDescriptionOptions[] = nodes.map(({ nodeId }) => ({
    nodeId,
    referenceTypeId,
    browseDirection: library.BrowseDirection.Forward,
    includeSubtypes: true,
    nodeClassMask: objectClass | variableClass,
    resultMask: 0b11_1111,
  }));
  const results = await asTaken(wanted, part => within(requestMs, session.browse([...part])));
  const children: ReferenceDescription[][] = [];
  for (const { references, continuationPoint } of results) {
    const its = [...(references ?? [])];
    let next = continuationPoint;
    while (next !== null && next?.length > 0 && its.length < mostVariables) {
      const isLast = isOver();
      const more = await within(requestMs, session.browseNext(next, isLast));
      its.push(...(more.references ?? []));
      next = more.continuationPoint;
      // A server may say for ever that there is more.
      if (isLast) break;
    }
    children.push(its);
  }
  return children;
}

function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += mostAtOnce) yield all.slice(at, at + mostAtOnce);
}
