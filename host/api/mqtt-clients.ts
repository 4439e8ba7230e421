import { topicOf } from '#core/wire/topics.ts';
import type { Access } from '../auth/access.ts';
import { type MqttClientGrant, mqttClientsMost } from '../auth/mqtt-clients.ts';
import { everySite, isAtLeast, roleAt } from '../auth/roles.ts';
import { addressesOf, isLoopback } from '../pairing/reach.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { MadeMqttClient, MqttClient, MqttClientPath, NewMqttClient } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { programAccess } from './program-access.ts';
import { hasRole, sees, unknownOf } from './route-access.ts';
import type { Routes } from './routes.ts';

export const mqttClientRoutes: Routes = (api, parts) => {
  const { auth, broker, sites, fleet } = parts;
  const { mqttClients } = auth;
  const tags = ['mqtt clients'];
  broker.serve(programAccess(parts));

  const shown = ({ id, sites: its, mayWrite, createdMs }: MqttClientGrant): MqttClient => ({
    id,
    sites: [...its],
    mayWrite,
    createdMs,
    online: broker.programConnected(id),
  });
  /** What can be encrypted is; the topic is the one with numbers that other programs understand. */
  const reached = (): MadeMqttClient['broker'] => {
    const { mqttHost } = parts.settings;
    const { port, tlsPort } = broker;
    return {
      hosts: addressesOf(mqttHost),
      port: tlsPort ?? port,
      isTls: tlsPort !== undefined,
      isLoopback: isLoopback(mqttHost),
      topic: topicOf('+', 'live'),
    };
  };
  /** @throws ApiFailure mqttClient.unknown, also for what is another site's */
  const known = (access: Access, id: string): MqttClientGrant => {
    const client = mqttClients.get(id);
    if (client === undefined || !isManaged(access, client))
      throw new ApiFailure('mqttClient.unknown', { message: `There is no MQTT client ${id}.`, field: 'id' });
    return client;
  };
  /** `everySite` is no site, so no rule of a route can look. @throws ApiFailure site.unknown, access.role */
  const assertAdmin = ({ roles }: Access, site: string): void => {
    const role = site === everySite || sites.has(site) ? roleAt(roles, site) : undefined;
    if (role === undefined) throw unknownOf('site', site, 'body.sites');
    if (!isAtLeast(role, 'admin'))
      throw new ApiFailure('access.role', {
        message: `This needs the role admin at ${site}.`,
        field: 'sites',
      });
  };

  api.get(
    '/api/v1/mqtt-clients',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: "Programs of third parties at the host's own broker, of sites that you administer",
        response: { 200: Type.Array(MqttClient) },
      },
    },
    async request => {
      const access = accessOf(request);
      return mqttClients
        .list()
        .filter(client => isManaged(access, client))
        .map(shown);
    },
  );

  api.post(
    '/api/v1/mqtt-clients',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'Let a program hear the gateways of some sites; its password is shown this once',
        description:
          'It hears `joulegate/GATEWAY/…` of these gateways. With `mayWrite` it may also send them commands, as an operator may.',
        body: NewMqttClient,
        response: { 201: MadeMqttClient },
      },
    },
    async (request, reply) => {
      const { id, mayWrite } = request.body;
      const its = [...new Set(request.body.sites)].sort();
      if (parts.settings.mqttUrl !== undefined) throw new ApiFailure('mqttClient.externalBroker');
      for (const site of its) assertAdmin(accessOf(request), site);
      const isGateway = fleet.gateway(id) !== undefined && sees(accessOf(request), sites, id);
      if (isGateway || mqttClients.get(id) !== undefined)
        throw new ApiFailure('mqttClient.exists', {
          message: `${id} is the name of ${isGateway ? 'a gateway' : 'another MQTT client'}.`,
          field: 'id',
        });
      if (mqttClients.size >= mqttClientsMost)
        throw new ApiFailure('mqttClients.tooMany', {
          message: `At most ${mqttClientsMost} MQTT clients are allowed.`,
        });
      const password = await mqttClients.make({ id, sites: its, mayWrite });
      const client = shown(known(accessOf(request), id));
      recordChange(parts, request, { ...entry('create', client), after: { sites: its, mayWrite } });
      return reply.code(201).send({ ...client, password, broker: reached() });
    },
  );

  api.delete(
    '/api/v1/mqtt-clients/:id',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'Let a program in no more; its connection ends',
        params: MqttClientPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const client = known(accessOf(request), request.params.id);
      await mqttClients.remove(client.id);
      broker.disconnectProgram(client.id);
      const before = { sites: client.sites, mayWrite: client.mayWrite };
      recordChange(parts, request, { ...entry('revoke', client), before });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/mqtt-clients/:id/password',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'A new password for a program; the old one ends, and so does its connection',
        params: MqttClientPath,
        response: { 201: MadeMqttClient },
      },
    },
    async (request, reply) => {
      const client = known(accessOf(request), request.params.id);
      const password = await mqttClients.renew(client.id);
      broker.disconnectProgram(client.id);
      recordChange(parts, request, entry('renew', client));
      return reply.code(201).send({ ...shown(client), password, broker: reached() });
    },
  );
};

/** Whether somebody is admin of all that a program hears. */
const isManaged = ({ roles, meters }: Access, { sites }: MqttClientGrant): boolean =>
  meters === null && sites.every(site => hasRole(roles, site, 'admin'));

const entry = (what: 'create' | 'revoke' | 'renew', { id, sites }: Pick<MqttClientGrant, 'id' | 'sites'>) => {
  const [site = everySite, ...others] = sites;
  return {
    action: `mqttClient.${what}`,
    subject: id,
    site: others.length > 0 || site === everySite ? null : site,
  };
};
