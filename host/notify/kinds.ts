import type { ChannelKind } from './channel-kind.ts';
import { email } from './channels/email.ts';
import { mqtt } from './channels/mqtt.ts';
import { ntfy } from './channels/ntfy.ts';
import { telegram } from './channels/telegram.ts';
import { webPush } from './channels/web-push.ts';
import { webhook } from './channels/webhook.ts';

/** Every way there is to bring messages to people, by its id. */
export const channelKinds: ReadonlyMap<string, ChannelKind> = new Map(
  [webPush, email, webhook, ntfy, telegram, mqtt].map((kind): [string, ChannelKind] => [kind.id, kind]),
);
