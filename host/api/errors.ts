import { deepFreeze } from '#core/freeze.ts';
import type { Mistake } from '#core/rules.ts';
import { correctionLimits } from '../corrections/limits.ts';
import type { ApiError } from './contract.ts';

/** Every error of the API: its code, its HTTP status, a text that is safe to show, and what to do where that helps. */
export const apiErrors = deepFreeze({
  'request.invalid': { status: 400, message: 'The request is not valid.' },
  'range.empty': { status: 400, message: 'The range is empty.' },
  'range.tooLong': { status: 400, message: 'The range is too long.' },
  'export.tooLarge': { status: 400, message: 'The export is too large.' },
  'path.invalid': { status: 400, message: 'The path of the address is not valid.' },
  'body.notJson': { status: 400, message: 'The body is not JSON.', help: 'Send one JSON object in UTF-8.' },
  'request.broken': { status: 400, message: 'This is no request of HTTP.' },
  'body.notGzip': { status: 400, message: 'The body is not gzip, as its header says.' },
  'body.missing': { status: 400, message: 'The body is missing.', help: 'Send a JSON object.' },
  'session.missing': { status: 401, message: 'You are not signed in.', help: 'Sign in, then try again.' },
  'token.invalid': {
    status: 401,
    message: 'This token is not known.',
    help: 'It may have been revoked; make a new one in the settings of your account.',
  },
  'token.expired': {
    status: 401,
    message: 'This token has expired.',
    help: 'Make a new one in the settings of your account.',
  },
  'share.wrong': {
    status: 401,
    message: 'This link is not good any more.',
    help: 'It has expired or was taken back; ask who sent it for a new one.',
  },
  'signIn.wrong': { status: 401, message: 'User or password is wrong.' },
  'signIn.secondFactor': {
    status: 401,
    message: 'A code is needed beside the password.',
    help: 'Send `secondFactor`: the six digits that your app shows now, or a spare code.',
  },
  'signIn.wrongSecondFactor': {
    status: 401,
    message: 'The code is wrong, or was used before.',
    help: 'Each code is good once. Wait for the next one, see that the clock of the phone is right, or take a spare code; an admin can take the second factor off.',
  },
  'account.wrongPassword': { status: 403, message: 'This is not your password.' },
  'account.mustChange': {
    status: 403,
    message: 'Somebody else chose your password: choose your own first.',
    help: 'PUT /api/v1/account/password',
  },
  'account.roles': {
    status: 403,
    message: 'You may give roles at sites whose admin you are, and at no others.',
    help: 'Name at least one of these. Roles at every site (*), or at none, are given by an admin of the host.',
  },
  'secondFactor.wrongCode': {
    status: 403,
    message: 'This is not the code that your app shows now.',
    help: 'Read the code anew in the app. Where it stays wrong, see that the clocks of host and phone are right.',
  },
  'setup.wrongCode': {
    status: 403,
    message: 'The setup code is wrong or has expired.',
    help: 'It is printed where the host was started, and a new one every 15 minutes.',
  },
  'pairing.wrongCode': {
    status: 403,
    message: 'This host knows no such pairing code.',
    help: 'Look at the code again, or ask the host for a new one: five wrong tries end those there are.',
  },
  'access.role': { status: 403, message: 'This needs a greater role.', help: 'Ask an admin of the site.' },
  'access.account': {
    status: 403,
    message: 'This is for a person who is signed in, not for a token or a link.',
    help: 'Sign in with user and password.',
  },
  'access.sender': {
    status: 403,
    message: 'This is for a token that may send readings (scope ingest).',
    help: 'Make one in the settings of your account, at a site whose admin you are.',
  },
  'tls.needed': {
    status: 403,
    message: 'This host takes that by TLS alone; what was sent in plain could be read on its way.',
    help: 'Begin the address with https://. A password or token that was in the request is to be changed.',
  },
  'origin.foreign': { status: 403, message: 'The request comes from another site.' },
  'route.unknown': { status: 404, message: 'There is nothing at this address.', help: 'See /api/docs.' },
  'account.unknown': { status: 404, message: 'There is no such account.' },
  'session.unknown': { status: 404, message: 'You have no such session.' },
  'site.unknown': { status: 404, message: 'There is no such site.' },
  'gateway.unknown': { status: 404, message: 'There is no such gateway.' },
  'mqttClient.unknown': {
    status: 404,
    message: 'There is no such MQTT client.',
    help: 'GET /api/v1/mqtt-clients lists all.',
  },
  'connector.unknown': {
    status: 404,
    message: 'There is no such connector.',
    help: 'GET /api/v1/connectors lists all.',
  },
  'alarmRule.unknown': {
    status: 404,
    message: 'There is no such alarm rule.',
    help: 'GET /api/v1/alarm-rules lists all.',
  },
  'alarmRule.condition': { status: 400, message: 'The condition of the rule makes no sense.' },
  'alarmRule.range': { status: 400, message: 'This is no stretch of time that a rule can be tried on.' },
  'alarmRule.busy': { status: 429, message: 'Other rules are being tried on the past.' },
  'alarmRules.tooMany': { status: 409, message: 'This host has as many alarm rules as it takes.' },
  'alarmEvent.unknown': {
    status: 404,
    message: 'There is no such alarm.',
    help: 'GET /api/v1/alarm-events lists all.',
  },
  'alarmEvent.comments': { status: 409, message: 'This alarm has as many comments as it takes.' },
  'readings.connector': {
    status: 404,
    message: 'No HTTP connector takes this.',
    help: 'Set one up under Sources, at a site of this token; where there are several, name one: ?connector=ID, or as db or bucket.',
  },
  'readings.refused': { status: 400, message: 'Not all of what was sent could be taken.' },
  'readings.tooMany': {
    status: 429,
    message: 'As many requests of this connector wait for the disk as may.',
    help: 'Send more readings in fewer requests.',
  },
  'readings.waiting': {
    status: 503,
    message: 'What was sent is not known to be on disk.',
    help: 'Send the same again; nothing is stored twice.',
  },
  'readings.diskFull': {
    status: 503,
    message: 'The disk of this host is full.',
    help: 'Keep what you have and send it again when there is room.',
  },
  'channel.unknown': {
    status: 404,
    message: 'There is no such channel.',
    help: 'GET /api/v1/channels lists all.',
  },
  'channel.exists': { status: 409, message: 'This id is taken.', help: 'Give another id.' },
  'channel.settings': { status: 400, message: 'The channel cannot be set up so.' },
  'metrics.noValues': {
    status: 404,
    message: 'This host does not tell scrapers what meters show.',
    help: 'Set JOULEGATE_METRICS_VALUES=yes and start it again.',
  },
  'homeAssistant.unknown': {
    status: 404,
    message: 'There is no such set-up.',
    help: 'GET /api/v1/home-assistant lists all.',
  },
  'homeAssistant.exists': { status: 409, message: 'This id is taken.', help: 'Give another id.' },
  'homeAssistant.settings': { status: 400, message: 'Home Assistant cannot be told so.' },
  'homeAssistants.tooMany': { status: 409, message: 'This host tells as many Home Assistants as it can.' },
  'channels.tooMany': { status: 409, message: 'This host has as many channels as it takes.' },
  'forward.unknown': {
    status: 404,
    message: 'There is no such forward.',
    help: 'GET /api/v1/forwards lists all.',
  },
  'forward.exists': { status: 409, message: 'This id is taken.', help: 'Give another id.' },
  'forward.settings': { status: 400, message: 'The forward cannot be set up so.' },
  'forwards.tooMany': { status: 409, message: 'This host has as many forwards as it takes.' },
  'pushBrowser.unknown': { status: 404, message: 'There is no such browser.' },
  'pushBrowser.invalid': { status: 400, message: 'This browser cannot be signed up.' },
  'modbusServer.unknown': {
    status: 404,
    message: 'There is no such Modbus server.',
    help: 'GET /api/v1/modbus-servers lists all.',
  },
  'modbusServer.exists': { status: 409, message: 'This id is taken.', help: 'Give another id.' },
  'modbusServer.settings': { status: 400, message: 'The Modbus server cannot be set up so.' },
  'modbusServers.tooMany': { status: 409, message: 'This host has as many Modbus servers as it takes.' },
  'connector.settings': { status: 400, message: 'The connector cannot be set up so.' },
  'connector.failed': { status: 422, message: 'The connector could not be opened.' },
  'connectors.tooMany': { status: 409, message: 'This host has as many connectors as it takes.' },
  'pairing.unknown': { status: 404, message: 'There is no such pairing.' },
  'profile.unknown': {
    status: 404,
    message: 'There is no such profile.',
    help: 'GET /api/v1/profiles lists all.',
  },
  'meter.unknown': { status: 404, message: 'There is no such meter.' },
  'series.unknown': { status: 404, message: 'There is no such series.' },
  'correction.unknown': {
    status: 404,
    message: 'There is no such correction.',
    help: 'GET /api/v1/corrections lists those of a meter.',
  },
  'import.unknown': { status: 404, message: 'There is no such import.' },
  'import.noFile': { status: 404, message: 'There is no such file.', help: 'Send it again.' },
  'backup.unknown': {
    status: 404,
    message: 'There is no such backup.',
    help: 'GET /api/v1/backups lists all.',
  },
  'backup.none': { status: 404, message: 'This database lives in memory and has no backups.' },
  'backup.running': {
    status: 409,
    message: 'A backup is being made already.',
    help: 'GET /api/v1/backups tells how far it is.',
  },
  'tls.off': {
    status: 404,
    message: 'This host speaks no TLS, so it has no authority.',
    help: 'Start it with --http-listen tls (JOULEGATE_HTTP_LISTEN) or --mqtt-listen both (JOULEGATE_MQTT_LISTEN).',
  },
  'route.method': { status: 405, message: 'This address does not know that method.' },
  'request.slow': { status: 408, message: 'The request was not whole in time.' },
  'host.unknown': { status: 421, message: 'This host does not go by that name.' },
  'headers.tooLarge': {
    status: 431,
    message: 'The headers of the request are too large; at most 16384 bytes are allowed.',
    help: 'Delete the cookies of this address, then try again.',
  },
  'setup.needed': { status: 409, message: 'This host has no account yet.', help: 'Set it up first.' },
  'setup.done': { status: 409, message: 'This host has been set up.', help: 'Sign in.' },
  'account.exists': {
    status: 409,
    message: 'There is an account of this name, or of one that is taken for it.',
    help: 'Choose another name; case and blanks at the ends make none.',
  },
  'account.lastAdmin': {
    status: 409,
    message: 'This is the last admin of the host.',
    help: 'Make somebody else admin of every site (*) first.',
  },
  'account.tooMany': { status: 409, message: 'This host has as many accounts as it takes.' },
  'account.own': {
    status: 409,
    message: 'Your own password and second factor are changed by yourself.',
    help: 'PUT /api/v1/account/password, POST /api/v1/account/second-factor/off',
  },
  'secondFactor.noOffer': {
    status: 409,
    message: 'Nothing waits for a code, or it has waited more than 15 minutes.',
    help: 'POST /api/v1/account/second-factor first.',
  },
  'gateway.exists': {
    status: 409,
    message: 'This id is taken.',
    help: 'Give another id; where the gateway is yours and its credential was lost, renew that: the old one then ends.',
  },
  'mqttClient.exists': {
    status: 409,
    message: 'There is an MQTT client or a gateway of this name already.',
    help: 'Choose another name.',
  },
  'mqttClients.tooMany': { status: 409, message: 'This host has as many MQTT clients as it takes.' },
  'mqttClient.externalBroker': {
    status: 409,
    message: 'Programs log in at an external broker, which has rights of its own.',
    help: 'Make a user for it there; docs/operations.md says which topics it needs.',
  },
  'pairing.externalBroker': {
    status: 409,
    message: 'Gateways log in at an external broker, where this host can make no credential.',
    help: 'Make the gateway by hand and tell its password to the broker.',
  },
  'pairing.tooMany': {
    status: 409,
    message: 'As many pairing codes are open as may be.',
    help: 'End one that is not needed, or wait until it expires.',
  },
  'pairing.spent': {
    status: 409,
    message: 'Another gateway has used this code.',
    help: 'Ask the host for a new one.',
  },
  'pairing.expired': {
    status: 409,
    message: 'This code has expired.',
    help: 'Ask the host for a new one; each is good for 15 minutes.',
  },
  'pairing.dead': {
    status: 409,
    message: 'This code ended, because wrong codes were tried.',
    help: 'Ask the host for a new one.',
  },
  'import.undone': { status: 409, message: 'This import has been undone.' },
  'import.gone': { status: 409, message: 'This import cannot be undone any more.' },
  'import.changed': {
    status: 409,
    message: 'Windows came in where the import would write.',
    help: 'Look at it again, then import again.',
  },
  'import.ended': { status: 409, message: 'This import was ended; nothing of it is there.' },
  'import.running': {
    status: 409,
    message: 'Another import is under way.',
    help: 'Wait for it, then try again.',
  },
  'gateway.offline': {
    status: 409,
    message: 'The gateway is offline.',
    help: 'See that it has power and its network, then try again.',
  },
  'gateways.tooMany': { status: 409, message: 'This host has as many gateways as it takes.' },
  'correction.undone': {
    status: 409,
    message: 'This correction has been undone.',
    help: 'Make it anew where it shall hold again.',
  },
  'corrections.tooMany': {
    status: 409,
    message: `This meter has as many corrections as a meter can have: ${correctionLimits.standing} that stand, ${correctionLimits.entries} with those undone.`,
    help: 'Undo some, or put one over a longer range in their place.',
  },
  'corrections.tooDeep': {
    status: 409,
    message: `${correctionLimits.overlapping} factors and offsets hold for some of this time already, and no more may.`,
    help: 'Undo one of them and make one that does what both shall do.',
  },
  'version.changed': {
    status: 412,
    message: 'It is not as it was when you read it.',
    help: 'GET it again, put your change into that, and send it with its ETag as If-Match.',
  },
  'body.tooLarge': { status: 413, message: 'The body is too large.' },
  'path.tooLong': { status: 414, message: 'A part of the path is too long.' },
  'body.type': {
    status: 415,
    message: 'The body is of a type that is not taken.',
    help: 'Send it as application/json.',
  },
  'command.invalid': { status: 422, message: 'The command is not valid.' },
  'correction.invalid': { status: 422, message: 'The correction is not valid.' },
  'image.unknown': {
    status: 404,
    message: 'There is no such image.',
    help: 'GET /api/v1/firmware lists those in the folder of the setting firmwareFolder.',
  },
  'image.key': { status: 403, message: 'The key of this address is not right, or has expired.' },
  'image.unsigned': {
    status: 409,
    message: 'This image is not signed, or has no firmware.bin: gateways would refuse it.',
    help: 'Sign it: npm run firmware:sign -- FOLDER',
  },
  'image.range': { status: 416, message: 'The image has no such bytes.' },
  'image.busy': {
    status: 503,
    message: 'As many images are read as the host serves at once.',
    help: 'Try again in some seconds.',
  },
  'token.unknown': {
    status: 404,
    message: 'There is no such token.',
    help: 'GET /api/v1/tokens lists yours.',
  },
  'share.unknown': {
    status: 404,
    message: 'There is no such link.',
    help: 'GET /api/v1/shares lists yours.',
  },
  'tokens.tooMany': {
    status: 409,
    message: 'You have as many tokens as one may have.',
    help: 'End one that is not needed any more.',
  },
  'shares.tooMany': {
    status: 409,
    message: 'You have as many links as one may have.',
    help: 'End one that is not needed any more.',
  },
  'rollout.unknown': {
    status: 404,
    message: 'There is no such roll-out.',
    help: 'GET /api/v1/rollouts lists all.',
  },
  'rollout.busy': {
    status: 409,
    message: 'A gateway is part of another roll-out.',
    help: 'Wait for that one, or cancel it.',
  },
  'rollout.state': { status: 409, message: 'The roll-out is not in a state for that.' },
  'rollout.invalid': { status: 422, message: 'The roll-out is not valid.' },
  'site.changed': {
    status: 409,
    message: 'Somebody changed the site meanwhile.',
    help: 'GET /api/v1/sites/SITE tells what stands; put your change into that, and send it with its version.',
  },
  'site.exists': { status: 409, message: 'There is such a site already.', help: 'Give it another id.' },
  'site.kept': {
    status: 409,
    message: 'This site cannot be taken away.',
    help: 'Move its gateways to another site first; the site home stays.',
  },
  'sites.tooMany': { status: 409, message: 'This host has as many sites as it takes.' },
  'site.invalid': { status: 422, message: 'The site is not valid.' },
  'password.short': {
    status: 422,
    message: 'The password is too short or too long: 12 to 256 characters are allowed, of any kind.',
  },
  'password.common': {
    status: 422,
    message: 'This password is among the first that are tried.',
    help: 'Take three or more words that have nothing to do with each other, or let a password manager choose.',
  },
  'password.personal': {
    status: 422,
    message: 'This password is little more than the name of the user, of a site or of Joulegate.',
    help: 'Take three or more words that have nothing to do with each other, or let a password manager choose.',
  },
  'password.same': { status: 422, message: 'The new password is the old one.', help: 'Choose another one.' },
  'settings.invalid': { status: 422, message: 'The settings are not valid.' },
  'import.wrongKind': { status: 422, message: 'Nothing can be imported of a file of this kind.' },
  'import.refused': {
    status: 422,
    message: 'The file cannot be imported like this.',
    help: 'POST /api/v1/imports/check tells line by line.',
  },
  'signIn.busy': {
    status: 429,
    message: 'As many passwords wait for their check as the host lets wait.',
    help: 'Try again in some seconds.',
  },
  'signIn.tooMany': { status: 429, message: 'Too many tries.', help: 'Wait, then try again.' },
  'token.tooMany': {
    status: 429,
    message: 'Too many wrong tokens came from this address.',
    help: 'Give your program a right one; that is taken at once.',
  },
  'pairing.tooManyTries': { status: 429, message: 'Too many tries.', help: 'Wait, then try again.' },
  'commands.tooMany': {
    status: 503,
    message: 'As many commands wait for their answer as the host keeps.',
    help: 'Wait some seconds, then try again.',
  },
  'gateway.silent': {
    status: 504,
    message: 'The gateway is connected, and did not answer in time.',
    help: 'Try again; where it stays so, restart the gateway. An older firmware may not know the command.',
  },
  'archive.unreadable': {
    status: 503,
    message: 'A file of the archive cannot be read.',
    help: 'Bring it back from a backup; coarser resolutions and other times can be asked for.',
  },
  'store.busy': {
    status: 503,
    message: 'The database has not memory enough for this beside what it is doing.',
    help: 'Wait some seconds, then try again, or ask for a shorter time.',
  },
  'events.full': {
    status: 503,
    message: 'As many pages listen as the host serves.',
    help: 'Close another one.',
  },
  'export.full': {
    status: 503,
    message: 'As many exports run as the host makes at once.',
    help: 'Wait for one of them, then try again.',
  },
  'page.notBuilt': { status: 503, message: 'The page has not been built.', help: 'Run npm run build.' },
  'host.fault': {
    status: 500,
    message: 'The host made a mistake.',
    help: 'Its log says more.',
  },
} as const satisfies Record<string, { status: number; message: string; help?: string }>);

export type ApiErrorCode = keyof typeof apiErrors;

interface Details {
  /** Instead of the table's text. */
  readonly message?: string;
  readonly field?: string;
  readonly help?: string;
  readonly mistakes?: readonly Mistake[];
  readonly retryAfterS?: number;
  /** Methods that the address knows. */
  readonly allow?: readonly string[];
}

/** An error of the table, to be thrown in a route. */
export class ApiFailure extends Error {
  readonly code: ApiErrorCode;
  readonly statusCode: number;
  readonly details: Details;

  constructor(code: ApiErrorCode, details: Details = {}) {
    super(details.message ?? apiErrors[code].message);
    this.name = 'ApiFailure';
    this.code = code;
    this.statusCode = apiErrors[code].status;
    this.details = details;
  }

  /** What the client gets. */
  get body(): ApiError {
    const row = apiErrors[this.code];
    const { field, help = 'help' in row ? row.help : undefined, mistakes } = this.details;
    return {
      code: this.code,
      message: this.message,
      ...(field !== undefined && { field }),
      ...(help !== undefined && { help }),
      ...(mistakes !== undefined && { mistakes: [...mistakes] }),
    };
  }
}

/** An error about fields: the first one is in the message, all of them in `mistakes`. */
export function mistaken(code: ApiErrorCode, mistakes: readonly Mistake[]): ApiFailure {
  const [first] = mistakes;
  if (first === undefined) return new ApiFailure(code);
  return new ApiFailure(code, { message: `${first.field}: ${first.message}.`, field: first.field, mistakes });
}
