import type { AedesOptions, AuthenticateError } from 'aedes';
import { downChannels, isId, parseTopic, type UpChannel, upChannels } from '#core/wire/topics.ts';
import type { BrokerCounters } from './counters.ts';
import { brokerLimits } from './limits.ts';
import { turns } from './turns.ts';

export interface AccessHooks {
  readonly authenticate: (gateway: string, password: string) => Promise<boolean>;
  readonly onMessage: (gateway: string, channel: UpChannel, payload: Uint8Array) => void;
  readonly onRefused: (gateway: string | undefined, code: string, detail: string) => void;
  readonly counters: BrokerCounters;
}

type Handlers = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>
>;

/** Where a publish that was refused ends: nobody can subscribe to it. */
const nowhere = '$joulegate/refused';

/**
 * Who may do what: a gateway is known by its credential alone, speaks on its own up-channels and hears its own
 * down-channels. A publish elsewhere is swallowed, counted and told, and the connection lives on: dropping it
 * would only bring the same message again.
 */
export function accessHandlers({ authenticate, onMessage, onRefused, counters }: AccessHooks): Handlers {
  const inTurn = turns(brokerLimits.authentications, brokerLimits.waitingAuthentications);
  return {
    preConnect(_client, packet, done) {
      // The id of a session is the credential's, so that no gateway can take over the session of another, and
      // no session outlives its connection: what must survive is in the journal and in the retained settings.
      if (packet.username !== undefined) packet.clientId = packet.username;
      packet.clean = true;
      done(null, true);
    },

    authenticate(_client, username, password, done) {
      const refuse = (why: string) => {
        counters.loginsFailed++;
        onRefused(undefined, 'mqtt.login', why);
        done(badLogin(), null);
      };
      if (username === undefined || password === undefined || !isId(username)) {
        refuse(`a gateway's id and its password are needed; ${show(username)} was given as id`);
        return;
      }
      inTurn(() => authenticate(username, password.toString('utf8'))).then(
        isRight => {
          if (isRight) done(null, true);
          else refuse(`wrong password, or no gateway ${username}`);
        },
        error => refuse(`login of ${username}: ${error instanceof Error ? error.message : String(error)}`),
      );
    },

    authorizePublish(client, packet, done) {
      // The broker's own messages have no client.
      if (client === null) {
        done(null);
        return;
      }
      counters.received++;
      const topic = parseTopic(packet.topic);
      const { payload } = packet;
      // Whatever was meant to be kept for later subscribers: there are none, the host has taken it here.
      packet.retain = false;
      if (topic?.gateway === client.id && isUpChannel(topic.channel)) {
        onMessage(client.id, topic.channel, typeof payload === 'string' ? Buffer.from(payload) : payload);
      } else {
        counters.foreign++;
        onRefused(client.id, 'mqtt.foreign', `published to ${show(packet.topic)}, which is not its own`);
        packet.topic = nowhere;
      }
      packet.payload = '';
      done(null);
    },

    authorizeSubscribe(client, subscription, done) {
      const topic = parseTopic(subscription.topic);
      if (topic?.gateway === client.id && (downChannels as readonly string[]).includes(topic.channel)) {
        done(null, subscription);
        return;
      }
      counters.subscriptionsRefused++;
      onRefused(
        client.id,
        'mqtt.subscription',
        `asked for ${show(subscription.topic)}, which is not its own`,
      );
      done(null, null);
    },
  };
}

const isUpChannel = (channel: string): channel is UpChannel =>
  (upChannels as readonly string[]).includes(channel);

const badUserNameOrPassword = 4;

const badLogin = (): AuthenticateError =>
  Object.assign(new Error('bad user name or password'), { returnCode: badUserNameOrPassword });

const show = (text: string | undefined): string => JSON.stringify(text?.slice(0, 80) ?? null);
