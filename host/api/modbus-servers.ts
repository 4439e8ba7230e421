import { modbusServerLimits } from '../modbus-server/limits.ts';
import type { ModbusServerState } from '../modbus-server/modbus-servers.ts';
import type { ModbusServerSettings } from '../modbus-server/settings.ts';
import { SettingsMistakes } from '../set-up/settings-mistakes.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  ModbusServerChange,
  ModbusServerEntry,
  ModbusServerKind,
  ModbusServerPath,
  NewModbusServer,
} from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { assertMeter } from './meters.ts';
import type { Routes } from './routes.ts';

/** They open a port of the machine and show a meter to whoever may reach it: those who administer the whole host set them up. */
const access = { role: 'admin', of: 'host' } as const;
const tags = ['modbus-servers'];

export const modbusServerRoutes: Routes = (api, parts) => {
  const { modbusServers } = parts;
  const shown = ({ settings, fault, ...state }: ModbusServerState): ModbusServerEntry => ({
    ...state,
    settings: settings ?? null,
    fault: fault ?? null,
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
  const save = async (wanted: Parameters<typeof modbusServers.save>[0]): Promise<ModbusServerState> => {
    try {
      const { meter } = modbusServers.check(wanted) satisfies ModbusServerSettings;
      assertMeter(parts, meter, 'body.settings.meter');
      return await modbusServers.save(wanted);
    } catch (error) {
      if (error instanceof SettingsMistakes) throw mistaken('modbusServer.settings', error.mistakes);
      throw error;
    }
  };

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
        fields: fields.map(field => ({
          ...field,
          columns: field.columns && [...field.columns],
        })) as ModbusServerKind['fields'],
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
      if (modbusServers.get(id) !== undefined)
        throw new ApiFailure('modbusServer.exists', { message: `The id ${id} is taken.`, field: 'id' });
      if (modbusServers.list().length >= modbusServerLimits.servers)
        throw new ApiFailure('modbusServers.tooMany', {
          message: `At most ${modbusServerLimits.servers} Modbus servers are allowed.`,
        });
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
