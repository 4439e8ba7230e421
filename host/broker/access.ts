import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import { downChannels, isId, parseTopic } from '#core/wire/topics.ts';
import { messageOf } from '../message-of.ts';
import type { BrokerOptions } from './broker.ts';
import type { BrokerCounters } from './counters.ts';
import type { Devices } from './devices.ts';
import type { Intake } from './intake.ts';
import { brokerLimits } from './limits.ts';
import type { Programs } from './programs.ts';
import { NoTurn, turns } from './turns.ts';

export interface AccessHooks extends Pick<BrokerOptions, 'authenticate' | 'onRefused' | 'isStarting'> {
  readonly intake: Intake;
  readonly programs: Programs;
  readonly devices: Devices;
  readonly counters: BrokerCounters;
  /** The client has said who it is: a whole CONNECT is there. */
  readonly onConnect: (client: Client) => void;
  /** Whether there is room for that gateway beside those that are connected. */
  readonly hasRoom: (gateway: string) => boolean;
  /** The client is that gateway; if it is connected already, it has come anew. */
  readonly arrives: (gateway: string, client: Client) => void;
  /** The gateway has come anew, so the last will of the connection before is not true. */
  readonly isReplaced: (client: Client) => boolean;
}

type Handlers = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>
>;

/** Where a publish that was taken or refused ends: nobody can subscribe to it. */
const nowhere = '$joulegate/taken';

/**
 * Who may do what: a gateway is known by its credential alone, speaks on its own up-channels and hears its own
 * down-channels; a program hears gateways that it may see and sends them commands, and nothing else; a device of a third
 * party is heard by connectors, and is told what they say. A publish elsewhere is swallowed, counted and told, and the
 * connection lives on: dropping it would only bring the same message again.
 */
export function accessHandlers(hooks: AccessHooks): Handlers {
  const { authenticate, intake, programs, devices, onRefused, counters } = hooks;
  const inTurn = turns(brokerLimits.authentications, brokerLimits.waitingAuthentications);
  return {
    preConnect(client, packet, done) {
      hooks.onConnect(client);
      // The id of a session is the credential's, so that no gateway can take over the session of another, and
      // no session outlives its connection: what must survive is in the journal and in the desired settings.
      devices.claims(client, packet.clientId);
      if (packet.username !== undefined) packet.clientId = packet.username;
      packet.clean = true;
      // The library refuses it, without a word to us.
      const { keepalive = 0 } = packet;
      if (keepalive === 0 || keepalive > brokerLimits.keepAliveS) counters.keepAlivesRefused++;
      done(null, true);
    },

    authenticate(client, username, password, done) {
      const refuse = (why: string) => {
        counters.loginsFailed++;
        onRefused(undefined, 'mqtt.login', why);
        done(refusal('bad user name or password', badUserNameOrPassword), null);
      };
      if (username === undefined || password === undefined || !isId(username)) {
        refuse(`a gateway's id and its password are needed; ${show(username)} was given as id`);
        return;
      }
      const secret = password.toString('utf8');
      const noRoom = (why: string) => {
        counters.connectionsRefused++;
        onRefused(undefined, 'mqtt.connections', why);
        done(refusal('server unavailable', serverUnavailable), null);
      };
      // As if the line was lost: to any refusal MQTT.js gives up for ever (mqttjs/MQTT.js#1947), and Zigbee2MQTT with it.
      const putOff = (why: string) => {
        counters.loginsPutOff++;
        onRefused(undefined, 'mqtt.logins', why);
        client.close();
        done(null, false);
      };
      // Of one that has hung up nobody waits for the answer.
      inTurn(async () => !client.closed && (await authenticate(username, secret))).then(
        isRight => {
          if (client.closed) done(null, false);
          else if (!isRight && programs.isRight(username, secret)) {
            programs.arrives(username, client);
            done(null, true);
          } else if (!isRight && devices.isRight(username, secret)) {
            const login = { username, password: secret };
            if (devices.hasRoom(login, client)) {
              devices.arrives(login, client);
              done(null, true);
            } else noRoom(`${brokerLimits.devices} devices are connected, the most allowed`);
          } else if (!isRight && hooks.isStarting?.() === true)
            putOff(`login of ${username}: the host is still starting`);
          else if (!isRight) refuse(`wrong password, or no gateway, program or device ${username}`);
          else if (hooks.hasRoom(username)) {
            hooks.arrives(username, client);
            done(null, true);
          } else noRoom(`${brokerLimits.gateways} gateways are connected, the most allowed`);
        },
        (error: unknown) => {
          const why = `login of ${username}: ${messageOf(error)}`;
          if (error instanceof NoTurn) putOff(why);
          else refuse(why);
        },
      );
    },

    authorizePublish(client, packet, done) {
      // The broker's own messages have no client.
      if (client === null) {
        done(null);
        return;
      }
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      // Whatever was meant to be kept for later subscribers: there are none, the host has taken it here.
      const isToKeep = packet.retain === true;
      packet.retain = false;
      if (programs.isOne(client)) programs.said(client, packet.topic, payload);
      else if (devices.isOne(client)) devices.said(client, packet.topic, payload, isToKeep);
      else {
        const sender = intake.sender(packet.topic, client.id);
        // A closed client speaks its last will.
        const isTrue = !(client.closed && hooks.isReplaced(client));
        if (sender !== undefined && isTrue && intake.take(sender.gateway, sender.channel, payload))
          programs.handOn(sender.gateway, sender.channel, payload, packet.qos);
      }
      packet.topic = nowhere;
      packet.payload = '';
      done(null);
    },

    authorizeSubscribe(client, subscription, done) {
      if (programs.isOne(client)) {
        done(null, programs.mayListen(client, subscription.topic) ? subscription : null);
        return;
      }
      if (devices.isOne(client)) {
        done(null, devices.mayListen(client, subscription.topic) ? subscription : null);
        return;
      }
      const topic = parseTopic(subscription.topic);
      if (topic?.gateway === client.id && (downChannels as readonly string[]).includes(topic.channel)) {
        done(null, subscription);
        return;
      }
      counters.subscriptionsRefused++;
      const detail = `asked for ${show(subscription.topic)}, which is not its own`;
      onRefused(client.id, 'mqtt.subscription', detail);
      done(null, null);
    },
  };
}

const serverUnavailable = 3;
const badUserNameOrPassword = 4;

const refusal = (text: string, returnCode: typeof serverUnavailable | typeof badUserNameOrPassword) =>
  Object.assign(new Error(text), { returnCode }) satisfies AuthenticateError;

const show = (text: string | undefined): string => JSON.stringify(text?.slice(0, 80) ?? null);
