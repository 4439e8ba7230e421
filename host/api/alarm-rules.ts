import type { FastifyRequest } from 'fastify';
import type { AlarmEvent as KeptEvent } from '../alarms/alarm-table.ts';
import { dryRun, triesMost, tryDaysMost } from '../alarms/dry-run.ts';
import { alarmLimits } from '../alarms/limits.ts';
import { type Place, storedPlaces } from '../alarms/places.ts';
import type { Rule, RuleBody, Target } from '../alarms/rule.ts';
import { senseMistake } from '../alarms/sense.ts';
import type { Access } from '../auth/access.ts';
import type { Role } from '../auth/roles.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  AlarmComment,
  AlarmEvent,
  AlarmEventsQuery,
  AlarmRule,
  AlarmRulePath,
  AlarmSnooze,
  AlarmTried,
  AlarmTry,
  NewAlarmRule,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { assertRole, hasRole, lacking, mayAt, visibleTo } from './route-access.ts';
import type { Routes } from './routes.ts';

const tags = ['alarms'];
const read = { access: { role: 'viewer', of: 'visible' } } as const;
const work = { access: { role: 'operator', of: 'visible' } } as const;
const commentsMost = 100;

export const alarmRuleRoutes: Routes = (api, parts) => {
  const { alarms, sites, store, nowMs } = parts;

  /** Null: of the host. */
  const siteOf = (target: Target): string | null => {
    if ('host' in target) return null;
    if ('site' in target) return target.site;
    if ('sumOfSite' in target) return target.sumOfSite;
    if ('gateway' in target) return sites.siteOf(target.gateway);
    return siteOfMeter('sum' in target ? (target.sum[0] ?? '') : target.meter);
  };
  /** Of `gateway.meter`, or of a gateway; nothing is the host. */
  const siteOfMeter = (meter: string): string | null =>
    meter === '' ? null : sites.siteOf(meter.split('.', 1)[0] ?? '');
  const mayHave = (request: FastifyRequest, role: Role, target: Target): boolean => {
    const access = accessOf(request);
    if ('meter' in target) return mayHaveMeter(access, role, target.meter);
    if ('sum' in target) return target.sum.every(meter => mayHaveMeter(access, role, meter));
    return access.meters === null && hasRole(access.roles, siteOf(target), role);
  };
  const mayHaveMeter = (access: Access, role: Role, key: string): boolean => {
    const [gateway = '', meter] = key.split('.');
    return mayAt(access, sites, role, gateway, meter);
  };
  /** Events of the host are for those who administer or watch all of it; those of a sum for who may see all its meters. */
  const mayHaveEvent = (access: Access, role: Role, { meter, meters = [meter] }: KeptEvent): boolean =>
    meter === ''
      ? access.meters === null && hasRole(access.roles, null, role)
      : meters.every(key => mayHaveMeter(access, role, key));
  /** Of a new rule: its target must be there, and be the business of who asks. @throws ApiFailure */
  const assertTarget = (request: FastifyRequest, target: Target): void => {
    const role = 'operator';
    const access = accessOf(request);
    if ('meter' in target)
      assertRole(access, parts, { role, of: 'meter' }, target.meter, 'body.target.meter');
    else if ('gateway' in target)
      assertRole(access, parts, { role, of: 'gateway' }, target.gateway, 'body.target.gateway');
    else if ('site' in target)
      assertRole(access, parts, { role, of: 'site' }, target.site, 'body.target.site');
    else if ('sumOfSite' in target)
      assertRole(access, parts, { role, of: 'site' }, target.sumOfSite, 'body.target.sumOfSite');
    else if ('sum' in target)
      for (const meter of target.sum)
        assertRole(access, parts, { role, of: 'meter' }, meter, 'body.target.sum');
    else if (!mayHave(request, role, target)) throw lacking(role);
  };
  /** @throws ApiFailure where there is none, or none that may be seen */
  const known = (request: FastifyRequest, id: string): Rule => {
    const rule = alarms.rule(id);
    if (rule === undefined || !mayHave(request, 'viewer', rule.target))
      throw new ApiFailure('alarmRule.unknown', { message: `There is no alarm rule ${id}.`, field: 'id' });
    if (!mayHave(request, 'operator', rule.target)) throw lacking('operator');
    return rule;
  };
  /** The same of an event, by its meter. */
  const seenEvent = async (request: FastifyRequest, id: string): Promise<KeptEvent> => {
    const event = await alarms.event(id);
    if (event === undefined || !mayHaveEvent(accessOf(request), 'viewer', event))
      throw new ApiFailure('alarmEvent.unknown', { message: `There is no alarm ${id}.`, field: 'id' });
    return event;
  };
  const knownEvent = async (request: FastifyRequest, id: string): Promise<KeptEvent> => {
    const event = await seenEvent(request, id);
    if (!mayHaveEvent(accessOf(request), 'operator', event)) throw lacking('operator');
    return event;
  };
  /** A rule tells channels of its site and of the host: those of another site are as if they were not there. */
  const assertChannels = ({ channels, target }: RuleBody): void => {
    const site = siteOf(target);
    for (const [index, id] of channels.entries()) {
      const channel = parts.channels.get(id);
      if (channel === undefined || (channel.site !== null && channel.site !== site))
        throw new ApiFailure('channel.unknown', {
          message: `There is no channel ${id} for ${site === null ? 'the host' : `the site ${site}`}.`,
          field: `channels.${index}`,
        });
    }
  };
  const assertSense = (rule: Pick<RuleBody, 'condition' | 'target'>): void => {
    const mistake = senseMistake(rule, meter => siteOfMeter(meter) ?? '');
    if (mistake !== undefined) throw new ApiFailure('alarmRule.condition', mistake);
  };
  const assertRoom = (rule: RuleBody, id?: string): void => {
    const beyond = alarms.beyondRoom(rule, id);
    if (beyond > 0)
      throw new ApiFailure('alarmRules.tooManyMeters', {
        message: `With this rule ${beyond} meters too many would be judged: rules judge ${alarmLimits.tracks} together, each meter counted for each rule. Choose a gateway or a meter, or take rules away.`,
        field: 'target',
      });
  };
  /** A snooze that is over is none. */
  const shownRule = ({ channels, snoozedUntilMs: untilMs, ...rule }: Rule): AlarmRule => ({
    ...rule,
    channels: [...channels],
    snoozedUntilMs: untilMs !== null && untilMs > nowMs() ? untilMs : null,
    isLeavingOut: alarms.isLeavingOut(rule.id),
  });
  let tries = 0;

  api.get(
    '/api/v1/alarm-rules',
    { config: read, schema: { tags, summary: 'Alarm rules', response: { 200: Type.Array(AlarmRule) } } },
    async request =>
      alarms
        .rules()
        .filter(({ target }) => mayHave(request, 'viewer', target))
        .map(shownRule),
  );

  api.post(
    '/api/v1/alarm-rules',
    {
      config: work,
      schema: { tags, summary: 'Make an alarm rule', body: NewAlarmRule, response: { 201: AlarmRule } },
    },
    async (request, reply) => {
      assertTarget(request, request.body.target);
      assertSense(request.body);
      assertChannels(request.body);
      const { rules: most } = alarmLimits;
      if (alarms.rules().length >= most)
        throw new ApiFailure('alarmRules.tooMany', { message: `At most ${most} rules are allowed.` });
      assertRoom(request.body);
      const rule = await alarms.set(request.body);
      const site = siteOf(rule.target);
      recordChange(parts, request, {
        action: 'alarmRule.create',
        subject: rule.id,
        site,
        after: request.body,
      });
      return reply.code(201).send(shownRule(rule));
    },
  );

  api.put(
    '/api/v1/alarm-rules/:id',
    {
      config: work,
      schema: {
        tags,
        summary: 'Change an alarm rule, switch it on or off; what lasted by the old one ends',
        params: AlarmRulePath,
        body: NewAlarmRule,
        response: { 200: AlarmRule },
      },
    },
    async request => {
      const before = known(request, request.params.id);
      // One that was taken away since is no mistake of whoever changes something else, or switches the rule off.
      const isGone = (id: string) => parts.channels.get(id) === undefined && before.channels.includes(id);
      const body = { ...request.body, channels: request.body.channels.filter(id => !isGone(id)) };
      assertTarget(request, body.target);
      assertSense(body);
      assertChannels(body);
      assertRoom(body, before.id);
      const rule = await alarms.set(body, before.id);
      const { id: subject, version: _, sinceMs: __, snoozedUntilMs: ___, ...was } = before;
      recordChange(parts, request, {
        action: 'alarmRule.change',
        subject,
        site: siteOf(rule.target),
        before: was,
        after: body,
      });
      return shownRule(rule);
    },
  );

  api.delete(
    '/api/v1/alarm-rules/:id',
    {
      config: work,
      schema: {
        tags,
        summary: 'Remove an alarm rule; what came of it stays',
        params: AlarmRulePath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id, name, target } = known(request, request.params.id);
      await alarms.remove(id);
      recordChange(parts, request, {
        action: 'alarmRule.remove',
        subject: id,
        site: siteOf(target),
        before: { name },
      });
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/alarm-rules/:id/snooze',
    {
      config: work,
      schema: {
        tags,
        summary: 'Tell nobody of a rule until then; null: tell again',
        params: AlarmRulePath,
        body: AlarmSnooze,
        response: { 200: AlarmRule },
      },
    },
    async request => {
      const { id, target, snoozedUntilMs } = known(request, request.params.id);
      const { untilMs } = request.body;
      const rule = await alarms.snooze(id, untilMs);
      recordChange(parts, request, {
        action: 'alarmRule.snooze',
        subject: id,
        site: siteOf(target),
        before: { snoozedUntilMs },
        after: { snoozedUntilMs: untilMs },
      });
      return shownRule(rule ?? known(request, id));
    },
  );

  api.post(
    '/api/v1/alarm-rules/try',
    {
      config: work,
      schema: {
        tags,
        summary: 'How often a rule would have fired in the past; nothing is kept and nobody is told',
        body: AlarmTry,
        response: { 200: AlarmTried },
      },
    },
    async request => {
      const { target, condition, schedule, fromMs, toMs } = request.body;
      assertTarget(request, target);
      assertSense({ condition, target });
      if (condition.kind === 'health')
        throw new ApiFailure('alarmRule.condition', {
          message: 'What figures of health were is not kept, so such a rule cannot be tried on the past.',
          field: 'condition.kind',
        });
      if (fromMs >= toMs || toMs - fromMs > tryDaysMost * 86_400_000)
        throw new ApiFailure('alarmRule.range', {
          message: `From ${fromMs} to ${toMs} is no range of up to ${tryDaysMost} days.`,
          field: 'toMs',
        });
      if (tries >= triesMost)
        throw new ApiFailure('alarmRule.busy', {
          message: `${triesMost} rules are being tried on the past; ask again when they are done.`,
        });
      const untilMs = Math.min(toMs, Math.max(nowMs(), fromMs + 1));
      const gone = new AbortController();
      const hangUp = () =>
        gone.abort(new ApiFailure('alarmRule.busy', { message: 'Nobody waits for the answer any more.' }));
      request.raw.socket.once('close', hangUp);
      tries++;
      try {
        const [places, range] = [storedPlaces({ target, condition }, parts), { fromMs, toMs: untilMs }];
        const termsOf = (place: Place) => alarms.termsOf({ condition, schedule: schedule ?? null }, place);
        const { events, ...tried } = await dryRun(store, termsOf, places, range, gone.signal);
        return { ...tried, events: [...events] };
      } finally {
        tries--;
        request.raw.socket.off('close', hangUp);
      }
    },
  );

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
          (event.meter === '' || isOf(gateway, meter)) && mayHaveEvent(access, 'viewer', event)
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
      recordChange(parts, request, { action: 'alarm.acknowledge', subject: id, site: siteOfMeter(meter) });
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
      recordChange(parts, request, { action: 'alarm.comment', subject: id, site: siteOfMeter(meter) });
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
