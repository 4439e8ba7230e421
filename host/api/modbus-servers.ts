import { modbusServerLimits } from '../modbus-server/limits.ts';
import type { ModbusServerState } from '../modbus-server/modbus-servers.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  ModbusServerChange,
  ModbusServerEntry,
  ModbusServerKind,
  ModbusServerPath,
  ModbusServerProbe,
  ModbusServerTry,
  NewModbusServer,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import { assertMeter } from './meters.ts';
import type { Routes } from './routes.ts';
import { assertNew, inWords, shownFault, shownFields } from './set-up-routes.ts';

/** They open a port of the machine and show a meter to whoever may reach it: those who administer the whole host set them up. */
const access = { role: 'admin', of: 'host' } as const;
const tags = ['modbus-servers'];

export const modbusServerRoutes: Routes = (api, parts) => {
  const { modbusServers } = parts;
  const shown = ({ settings, fault, ...state }: ModbusServerState): ModbusServerEntry => ({
    ...state,
    ...shownFault(fault),
    settings: settings ?? null,
  });
  const told = ({ kind, name, isOn, settings }: ModbusServerState) => ({
    kind,
    name,
    isOn,
    settings: settings ?? null,
  });
  const known = (id: string): ModbusServerState => {
    const state = modbusServers.get(id);
    if (state === undefined)
      throw new ApiFailure('modbusServer.unknown', {
        message: `There is no Modbus server ${id}.`,
        field: 'id',
      });
    return state;
  };
  const assertRight = (wanted: Parameters<typeof modbusServers.check>[0]): void => {
    assertMeter(parts, modbusServers.check(wanted).meter, 'body.settings.meter');
  };
  const save = (wanted: Parameters<typeof modbusServers.save>[0]): Promise<ModbusServerState> =>
    inWords('modbusServer', async () => {
      assertRight(wanted);
      return modbusServers.save(wanted);
    });

  api.get(
    '/api/v1/modbus-servers/kinds',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Meters that this host can play over Modbus TCP',
        response: { 200: Type.Array(ModbusServerKind) },
      },
    },
    async () =>
      [...modbusServers.kinds.values()].map(({ id, name, about, fields }) => ({
        id,
        name,
        about,
        fields: shownFields(fields),
      })),
  );

  api.get(
    '/api/v1/modbus-servers',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The meters that are shown over Modbus TCP',
        response: { 200: Type.Array(ModbusServerEntry) },
      },
    },
    async () => modbusServers.list().map(shown),
  );

  api.post(
    '/api/v1/modbus-servers',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Show a meter over Modbus TCP, as one that inverters and wall boxes know',
        body: NewModbusServer,
        response: { 201: ModbusServerEntry },
      },
    },
    async (request, reply) => {
      const { id, isOn = true } = request.body;
      assertNew('modbusServer', modbusServers, modbusServerLimits.servers, id);
      const made = await save({ ...request.body, isOn });
      recordChange(parts, request, {
        action: 'modbusServer.create',
        subject: id,
        site: null,
        after: told(made),
      });
      return reply.code(201).send(shown(made));
    },
  );

  api.post(
    '/api/v1/modbus-servers/probe',
    {
      config: { access },
      schema: {
        tags,
        summary:
          'Whether a server of these settings could listen, and why not; nothing is saved, and its port is closed again',
        body: ModbusServerTry,
        response: { 200: ModbusServerProbe },
      },
    },
    async request => {
      const { id } = request.body;
      if (id !== undefined) known(id);
      // No server has an empty id.
      const wanted = { id: '', ...request.body, isOn: true };
      const fault = await inWords('modbusServer', async () => {
        assertRight(wanted);
        return modbusServers.probe(wanted);
      });
      return shownFault(fault);
    },
  );

  api.put(
    '/api/v1/modbus-servers/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Change a Modbus server, switch it on or off; its clients are hung up on',
        params: ModbusServerPath,
        body: ModbusServerChange,
        response: { 200: ModbusServerEntry },
      },
    },
    async request => {
      const before = known(request.params.id);
      const { id, kind } = before;
      const made = await save({ ...request.body, id, kind });
      recordChange(parts, request, {
        action: 'modbusServer.change',
        subject: id,
        site: null,
        before: told(before),
        after: told(made),
      });
      return shown(made);
    },
  );

  api.delete(
    '/api/v1/modbus-servers/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Show a meter no more over Modbus TCP',
        params: ModbusServerPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const before = known(request.params.id);
      await modbusServers.remove(before.id);
      recordChange(parts, request, {
        action: 'modbusServer.remove',
        subject: before.id,
        site: null,
        before: told(before),
      });
      return reply.code(204).send(null);
    },
  );
};
