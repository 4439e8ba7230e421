import type { FastifyRequest } from 'fastify';
import { dryRun, triesMost, tryDaysMost } from '../alarms/dry-run.ts';
import { alarmLimits } from '../alarms/limits.ts';
import { type Place, storedPlaces } from '../alarms/places.ts';
import type { Rule, RuleBody } from '../alarms/rule.ts';
import { senseMistake } from '../alarms/sense.ts';
import { Type } from '../typebox.ts';
import { AlarmAccess } from './alarm-access.ts';
import { recordChange } from './audited.ts';
import { AlarmRule, AlarmRulePath, AlarmSnooze, AlarmTried, AlarmTry, NewAlarmRule } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { lacking } from './route-access.ts';
import type { Routes } from './routes.ts';

const tags = ['alarms'];
const read = { access: { role: 'viewer', of: 'visible' } } as const;
const work = { access: { role: 'operator', of: 'visible' } } as const;

export const alarmRuleRoutes: Routes = (api, parts) => {
  const { alarms, store, nowMs } = parts;
  const rights = new AlarmAccess(parts);

  /** @throws ApiFailure where there is none, or none that may be seen */
  const known = (request: FastifyRequest, id: string): Rule => {
    const rule = alarms.rule(id);
    if (rule === undefined || !rights.mayHave(request, 'viewer', rule.target))
      throw new ApiFailure('alarmRule.unknown', { message: `There is no alarm rule ${id}.`, field: 'id' });
    if (!rights.mayHave(request, 'operator', rule.target)) throw lacking('operator');
    return rule;
  };
  /** A rule tells channels of its site and of the host: those of another site are as if they were not there. */
  const mayTell = (id: string, site: string | null): boolean => {
    const channel = parts.channels.get(id);
    return channel !== undefined && (channel.site === null || channel.site === site);
  };
  const assertChannels = ({ channels, target }: RuleBody): void => {
    const site = rights.siteOf(target);
    for (const [index, id] of channels.entries()) {
      if (!mayTell(id, site))
        throw new ApiFailure('channel.unknown', {
          message: `There is no channel ${id} for ${site === null ? 'the host' : `the site ${site}`}.`,
          field: `channels.${index}`,
        });
    }
  };
  const assertSense = (rule: Pick<RuleBody, 'condition' | 'target'>): void => {
    const mistake = senseMistake(rule, meter => rights.siteOfMeter(meter) ?? '');
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
  const shownRule = (
    request: FastifyRequest,
    { channels, snoozedUntilMs: untilMs, ...rule }: Rule,
  ): AlarmRule => ({
    ...rule,
    channels: rights.mayHave(request, 'operator', rule.target) ? [...channels] : null,
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
        .filter(({ target }) => rights.mayHave(request, 'viewer', target))
        .map(rule => shownRule(request, rule)),
  );

  api.post(
    '/api/v1/alarm-rules',
    {
      config: work,
      schema: { tags, summary: 'Make an alarm rule', body: NewAlarmRule, response: { 201: AlarmRule } },
    },
    async (request, reply) => {
      rights.assertTarget(request, request.body.target);
      assertSense(request.body);
      assertChannels(request.body);
      const { rules: most } = alarmLimits;
      if (alarms.rules().length >= most)
        throw new ApiFailure('alarmRules.tooMany', { message: `At most ${most} rules are allowed.` });
      assertRoom(request.body);
      const rule = await alarms.set(request.body);
      const site = rights.siteOf(rule.target);
      recordChange(parts, request, {
        action: 'alarmRule.create',
        subject: rule.id,
        site,
        after: request.body,
      });
      return reply.code(201).send(shownRule(request, rule));
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
      // One that was taken away since, or whose site the gateway has left, is no mistake of whoever changes something else.
      const isGone = (id: string) =>
        before.channels.includes(id) && !mayTell(id, rights.siteOf(before.target));
      const body = { ...request.body, channels: request.body.channels.filter(id => !isGone(id)) };
      rights.assertTarget(request, body.target);
      assertSense(body);
      assertChannels(body);
      assertRoom(body, before.id);
      const rule = await alarms.set(body, before.id);
      const { id: subject, version: _, sinceMs: __, snoozedUntilMs: ___, ...was } = before;
      recordChange(parts, request, {
        action: 'alarmRule.change',
        subject,
        site: rights.siteOf(rule.target),
        before: was,
        after: body,
      });
      return shownRule(request, rule);
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
        site: rights.siteOf(target),
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
        site: rights.siteOf(target),
        before: { snoozedUntilMs },
        after: { snoozedUntilMs: untilMs },
      });
      return shownRule(request, rule ?? known(request, id));
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
      rights.assertTarget(request, target);
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
};
