import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what is told to people. */
export const notifyLimits = deepFreeze({
  channels: 32,
  /** That were signed up for messages; of all, and of one person. */
  browsers: 200,
  browsersOfPerson: 20,
  /** Notices of a channel that wait; beyond them the oldest is given up, and the log says so. */
  waiting: 500,
  /** Of a channel, kept as its log. A notice is known again, and not told twice, as long as it is there. */
  logged: 500,
  /** What comes within this time goes in one message. A critical one waits but a moment for those of its instant. */
  collectMs: { info: 10_000, warning: 10_000, critical: 1000 },
  /** Of a message; of the others it says how many there are. */
  noticesShown: 10,
  /** Messages of a channel in an hour, where its settings say nothing else. Critical ones have as many again. */
  messagesPerHour: 20,
  firstRetryMs: 5000,
  mostRetryMs: 3_600_000,
  /** After this a notice is given up: nobody wants to hear of it any more. */
  giveUpMs: 86_400_000,
  /** For one try, from the connection to the answer. */
  sendMs: 15_000,
  /** The same of an e-mail, whose server asks and answers a dozen times. */
  mailMs: 45_000,
  /** A channel that has taken nothing for so long is told as a fault of the host. */
  failingMs: 3_600_000,
  /** Of what a server says that people are shown. */
  saidChars: 300,
});
