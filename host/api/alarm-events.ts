import type { FastifyRequest } from 'fastify';
import type { AlarmEvent as KeptEvent } from '../alarms/alarm-table.ts';
import { Type } from '../typebox.ts';
import { AlarmAccess } from './alarm-access.ts';
import { recordChange } from './audited.ts';
import { AlarmComment, AlarmEvent, AlarmEventsQuery, AlarmRulePath } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { lacking, visibleTo } from './route-access.ts';
import type { Routes } from './routes.ts';

const tags = ['alarms'];
const read = { access: { role: 'viewer', of: 'visible' } } as const;
const work = { access: { role: 'operator', of: 'visible' } } as const;
const commentsMost = 100;

export const alarmEventRoutes: Routes = (api, parts) => {
  const { alarms, sites, nowMs } = parts;
  const rights = new AlarmAccess(parts);
  /** @throws ApiFailure where there is none, or none that may be seen */
  const seenEvent = async (request: FastifyRequest, id: string): Promise<KeptEvent> => {
    const event = await alarms.event(id);
    if (event === undefined || !rights.mayHaveEvent(accessOf(request), 'viewer', event))
      throw new ApiFailure('alarmEvent.unknown', { message: `There is no alarm ${id}.`, field: 'id' });
    return event;
  };
  const knownEvent = async (request: FastifyRequest, id: string): Promise<KeptEvent> => {
    const event = await seenEvent(request, id);
    if (!rights.mayHaveEvent(accessOf(request), 'operator', event)) throw lacking('operator');
    return event;
  };

  api.get(
    '/api/v1/alarm-events',
    {
      config: read,
      schema: {
        tags,
        summary: 'What alarm rules told, the newest first',
        querystring: AlarmEventsQuery,
        response: { 200: Type.Array(AlarmEvent) },
      },
    },
    async request => {
      const { site, rule, severity, state, before = Number.MAX_SAFE_INTEGER, limit = 100 } = request.query;
      const access = accessOf(request);
      const isOf = visibleTo(access, sites, site);
      const isSeen = (event: KeptEvent) => {
        const [gateway = '', meter] = event.meter.split('.');
        return (
          // What is of the host is of no site, and those who may see it look at one site or the other.
          (event.meter === '' || isOf(gateway, meter)) && rights.mayHaveEvent(access, 'viewer', event)
        );
      };
      const filter = { rule, severity, isOpen: state === 'open', isLasting: state === 'lasting' };
      const events = await alarms.list(before, limit, isSeen, filter);
      return events.map(shownEvent);
    },
  );

  api.get(
    '/api/v1/alarm-events/:id',
    {
      config: read,
      schema: {
        tags,
        summary: 'One of them, however old',
        params: AlarmRulePath,
        response: { 200: AlarmEvent },
      },
    },
    async request => shownEvent(await seenEvent(request, request.params.id)),
  );

  api.post(
    '/api/v1/alarm-events/:id/acknowledge',
    {
      config: work,
      schema: {
        tags,
        summary: 'Say that somebody looks after it; who was first stays',
        params: AlarmRulePath,
        response: { 200: AlarmEvent },
      },
    },
    async request => {
      const { id, meter } = await knownEvent(request, request.params.id);
      const by = { by: accessOf(request).user, atMs: nowMs() };
      const noted = await alarms.note(id, ({ acknowledged, comments }) => ({
        acknowledged: acknowledged ?? by,
        comments,
      }));
      recordChange(parts, request, {
        action: 'alarm.acknowledge',
        subject: id,
        site: rights.siteOfMeter(meter),
      });
      return shownEvent(noted ?? (await knownEvent(request, id)));
    },
  );

  api.post(
    '/api/v1/alarm-events/:id/comments',
    {
      config: work,
      schema: {
        tags,
        summary: 'Say something about it',
        params: AlarmRulePath,
        body: AlarmComment,
        response: { 200: AlarmEvent },
      },
    },
    async request => {
      const { id, meter } = await knownEvent(request, request.params.id);
      const comment = { by: accessOf(request).user, atMs: nowMs(), text: request.body.text };
      const noted = await alarms.note(id, ({ acknowledged, comments }) => {
        if (comments.length >= commentsMost)
          throw new ApiFailure('alarmEvent.comments', {
            message: `At most ${commentsMost} comments are allowed.`,
          });
        return { acknowledged, comments: [...comments, comment] };
      });
      recordChange(parts, request, { action: 'alarm.comment', subject: id, site: rights.siteOfMeter(meter) });
      return shownEvent(noted ?? (await knownEvent(request, id)));
    },
  );
};

/** Without what is the channels' business. */
const shownEvent = ({
  channels: _,
  isTold: __,
  toTell: ___,
  reminders,
  comments,
  meters,
  ...event
}: KeptEvent): AlarmEvent => ({
  ...event,
  ...(meters !== undefined && { meters: [...meters] }),
  reminders: reminders?.count ?? 0,
  comments: [...comments],
});
