import { isId } from '#core/wire/topics.ts';
import { type ConnectorState, connectorsMost } from '../connectors/connectors.ts';
import { faultOf } from '../faults/fault.ts';
import { withoutSecrets, withSecretsOf } from '../set-up/secret-fields.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  ConnectorChange,
  ConnectorEntry,
  ConnectorKind,
  ConnectorPath,
  ConnectorProbe,
  ConnectorProposals,
  ConnectorTry,
  NewConnector,
} from './contract.ts';
import { assertFree, creationSite } from './creation-site.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import type { Routes } from './routes.ts';
import { inWords, shownFault, shownFields, whenGone } from './set-up-routes.ts';

/** They reach into the network and hold passwords: those who administer the whole host set them up. */
const access = { role: 'admin', of: 'host' } as const;
const tags = ['connectors'];

export const connectorRoutes: Routes = (api, parts) => {
  const { connectors, sites } = parts;
  const fieldsOf = (kind: string) => connectors.kinds.get(kind)?.fields;

  const shown = ({ id, kind, name, isOn, createdMs, settings, fault }: ConnectorState): ConnectorEntry => ({
    id,
    kind,
    name,
    site: sites.siteOf(id),
    isOn,
    createdMs,
    settings: settings === undefined ? null : withoutSecrets(fieldsOf(kind), settings),
    ...shownFault(fault),
  });
  const known = (id: string): ConnectorState => {
    const state = isId(id) ? connectors.get(id) : undefined;
    if (state === undefined)
      throw new ApiFailure('connector.unknown', { message: `There is no connector ${id}.`, field: 'id' });
    return state;
  };
  /** Settings with the secrets of the one that is set up. */
  const whole = ({ kind, settings, id }: { kind: string; settings: unknown; id?: string | undefined }) =>
    id === undefined
      ? settings
      : withSecretsOf(fieldsOf(kind), settings, kind === known(id).kind ? known(id).settings : undefined);

  api.get(
    '/api/v1/connectors/kinds',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Kinds of sources beside the gateways',
        response: { 200: Type.Array(ConnectorKind) },
      },
    },
    async () =>
      [...connectors.kinds.values()].map(({ id, name, about, fields, discover }) => ({
        id,
        name,
        about,
        fields: shownFields(fields),
        canDiscover: discover !== undefined,
      })),
  );

  api.get(
    '/api/v1/connectors',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The connectors that are set up',
        response: { 200: Type.Array(ConnectorEntry) },
      },
    },
    async () => connectors.list().map(shown),
  );

  api.post(
    '/api/v1/connectors',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Set up a connector; its id names what it measures, as that of a gateway does',
        body: NewConnector,
        response: { 201: ConnectorEntry },
      },
    },
    async (request, reply) => {
      const { id, kind, name, isOn = true, settings } = request.body;
      const site = creationSite(accessOf(request), parts, id, request.body.site);
      const assertNew = () => {
        assertFree(parts, id, site, 'id');
        if (connectors.has(id))
          throw new ApiFailure('gateway.exists', { message: `The id ${id} is taken.`, field: 'id' });
        if (connectors.list().length >= connectorsMost)
          throw new ApiFailure('connectors.tooMany', {
            message: `At most ${connectorsMost} connectors are allowed.`,
          });
      };
      const made = await sites.adopt(id, site, assertNew, () =>
        inWords('connector', () => connectors.save({ id, kind, name, isOn, settings })),
      );
      const after = { kind, name, isOn, settings: withoutSecrets(fieldsOf(kind), settings) };
      recordChange(parts, request, { action: 'connector.create', subject: id, site, after });
      return reply.code(201).send(shown(made));
    },
  );

  api.put(
    '/api/v1/connectors/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a connector, switch it on or off',
        params: ConnectorPath,
        body: ConnectorChange,
        response: { 200: ConnectorEntry },
      },
    },
    async request => {
      const before = known(request.params.id);
      const { id, kind } = before;
      const { name, isOn } = request.body;
      const made = await inWords('connector', async () => {
        const settings = whole({ ...request.body, kind, id });
        return connectors.save({ id, kind, name, isOn, settings });
      });
      const told = (state: Pick<ConnectorState, 'name' | 'isOn' | 'settings'>) => ({
        name: state.name,
        isOn: state.isOn,
        settings: withoutSecrets(fieldsOf(kind), state.settings ?? null),
      });
      recordChange(parts, request, {
        action: 'connector.change',
        subject: id,
        site: sites.siteOf(id),
        before: told(before),
        after: told(made),
      });
      return shown(made);
    },
  );

  api.delete(
    '/api/v1/connectors/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'End a connector; what it measured stays',
        params: ConnectorPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id, kind, name } = known(request.params.id);
      await connectors.remove(id);
      recordChange(parts, request, {
        action: 'connector.remove',
        subject: id,
        site: sites.siteOf(id),
        before: { kind, name },
      });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/connectors/probe',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Read by these settings for some seconds and show what comes; nothing is saved or stored',
        body: ConnectorTry,
        response: { 200: ConnectorProbe },
      },
    },
    async (request, reply) => {
      const { kind } = request.body;
      const { meters, fault } = await tried(async () =>
        connectors.probe(kind, whole(request.body), whenGone(reply)),
      );
      return {
        meters: meters.map(({ values, identity, ...meter }) => ({
          ...meter,
          values: { ...values },
          identity: { ...identity },
        })),
        ...shownFault(fault),
      };
    },
  );

  api.post(
    '/api/v1/connectors/discover',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Look around for some seconds for what could be read',
        body: ConnectorTry,
        response: { 200: ConnectorProposals },
      },
    },
    async (request, reply) => {
      const { kind, id } = request.body;
      const found = await tried(async () => connectors.discover(kind, whole(request.body), whenGone(reply)));
      // What was found with a secret that is kept here does not tell it.
      const shownOf = (settings: unknown) =>
        id === undefined ? settings : withoutSecrets(fieldsOf(kind), settings);
      return found.map(({ title, detail, settings }) => ({ title, detail, settings: shownOf(settings) }));
    },
  );

  // A connector that is spoken to has its own.
  for (const { routes } of connectors.kinds.values()) routes?.(api, parts);
};

/** What cannot be opened, or not now, is said in the words of the connector. @throws ApiFailure */
async function tried<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await inWords('connector', work);
  } catch (error) {
    if (error instanceof ApiFailure) throw error;
    const why = faultOf(error);
    throw new ApiFailure('connector.failed', { message: why.message, why });
  }
}
