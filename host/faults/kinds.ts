/**
 * What can be wrong between this host and what it reads from, sends to or hands on to, and what may be meant otherwise in a file that is imported, by stable codes, with the English of each:
 * names in braces are its facts. What the other side or the machine said itself is no part of it and is told beside (`said`). The
 * page has the same in its other languages (`web/i18n/fault-words-*.ts`), and imports this file: it imports nothing.
 */
export const faultKinds = Object.freeze({
  'settings.lost': 'its settings were sealed with other secrets; set it up anew',
  'kind.gone': 'this host knows no {kind} any more: bring it back, or take away what was set up with it',

  'name.unknown': 'the name {host} is not known on this network; see its spelling, or take the IP address',
  'host.unreached': '{host} is not reached from here; see whether it is on, and its address',
  'host.notAllowed':
    "{host} is in the host's own network; what belongs to a site reaches servers on the internet alone. Ask an admin of the host to set it up for the host.",
  'port.refused':
    '{host} is there and takes no connection on port {port}; see the port, and whether anything listens there',
  'port.refused.broker':
    '{host} is there and takes no connection on port {port}; see the port, and whether the broker runs',
  'port.refused.modbus':
    '{host} is there and takes no connection on port {port}; see the port, and whether others use all its connections',
  'port.refused.tuya':
    '{host} is there and takes no connection on port {port}; see the port, and whether another program has its only connection',
  'port.refused.opcua':
    '{host} is there and takes no connection on port {port}; see the port, and whether the OPC UA server runs there (often on 4840)',
  'connection.timeout': 'no connection to {host} within {seconds} s; see whether it is on, and its address',
  'connection.broken': 'the other side broke the connection off',
  'connection.closed': 'the other side closed the connection',
  'answer.timeout': 'no answer within {seconds} s',
  'tls.none': '{host} speaks no TLS on port {port}; see the port, or take the address without TLS',
  'certificate.untrusted':
    'the certificate of {host} is signed by nobody whom this host trusts; name the file of its authority in NODE_EXTRA_CA_CERTS and start the host anew',
  'certificate.time':
    'the certificate of {host} holds for another time than now; see the clocks, and renew it',
  'certificate.name': 'the certificate of {host} is of another name; take the name that it is made out to',

  'http.status': 'the server answers {status}',
  'http.redirect':
    'the server answers {status} and sends on to {to}; redirects are not followed: give that address itself',
  'http.400': 'the server answers 400: it does not understand or take what was sent',
  'http.401': 'the server answers 401: it does not know this token or password',
  'http.403': 'the server answers 403: it knows who sends, who may not write there',
  'http.404':
    'the server answers 404: there is no such place: see the address, and the names in the settings',
  'http.413': 'the server answers 413: it is too much at once',
  'http.422': 'the server answers 422: it does not take what was sent',
  'http.429': 'the server answers 429: it is sent more than it wants to take',
  'http.500': 'the server answers 500: something is wrong over there',
  'http.502': 'the server answers 502: its proxy does not reach it',
  'http.503': 'the server answers 503: it cannot take anything now',
  'http.504': 'the server answers 504: its proxy got no answer',

  'mqtt.none': 'this host has no MQTT',
  'mqtt.waiting': 'the broker {broker} has not answered yet',
  'mqtt.address': '{broker} cannot be spoken to; see the address of the broker',
  'mqtt.other': '{host} speaks no MQTT on port {port}; see the port',
  'mqtt.mute':
    '{host} takes the connection on port {port} and does not answer as a broker; see the port, and whether the broker is well',
  'mqtt.login': 'the broker {host} does not let this user in; see user name and password',
  'mqtt.rights':
    'the broker {host} does not let this user hear what is needed; see the rights of the user there',
  'mqtt.notAcknowledged': 'the broker does not acknowledge',
  'mqtt.notBack': 'the broker does not give {topic} back: may it be read?',
  'mqtt.notOwn': 'this host has no broker of its own; give the address of a broker',
  'mqtt.noLogin': 'without the URL of a broker, a user name and a password for devices are needed',
  'mqtt.nobody': "no device is logged in at this host's broker as {user}",
  'mqtt.left': '{meter} has left the broker: it says so itself',
  'topic.broken': 'what comes on {topic} cannot be read: see what the device sends',
  'topic.old':
    'what comes on {topic} was true before, as the device or its bridge tells it: see the clock of the device, and whether it is on',
  'topic.nothing':
    'what comes on {topic} tells none of the values that are read: see what the device sends, and what was chosen of it here',
  'topic.silent': 'connected, and nothing comes on {topics}: see the topic, and whether the device is on',
  'topic.near':
    'connected, and nothing comes on {topics} (did you mean {near}?): see the topic, and whether the device is on',

  'modbus.quiet': 'nothing came within {seconds} s of a question; see address, unit and line parameters',
  'modbus.notTcp':
    'what comes is no Modbus TCP; a converter that passes bytes on needs the transport RTU over TCP',
  'modbus.silent':
    'connected, and nobody answers as unit {units}; see unit, baud rate, parity and wiring, and whether it is on',
  'modbus.silent.tcp':
    'connected, and nobody answers as unit {units}; see unit and wiring, and whether it is on',
  'modbus.twoMasters':
    '{port} is already read by another connector as {theirs}, and not as {ours}: two masters on one line disturb each other; give both the same, or switch the other off and save this one again. Where it is this one as it was saved, save it as it shall be, and see whether it reads',
  'serial.missing': 'there is no such port; see whether the adapter is plugged in',
  'serial.forbidden':
    'this program may not use {path}; put its user into the group of the port (often dialout) and start it anew',
  'serial.busy':
    'another program has the port open; end that one: two masters on one line disturb each other',
  'serial.unplugged': 'the device was unplugged',
  'serial.noPackage':
    'the package serialport is missing here; run npm ci on a machine for which it has a build',

  'tuya.silent': '{host} says nothing any more; see whether it is on, and its Wi-Fi',
  'tuya.noPoints':
    'connected to {host}, and none of the data points comes; see the layout, and whether the device has them',
  'tuya.other': 'what {host} says on port {port} is none of Tuya’s; see its address',
  'tuya.device': '{host} is not the device {device}; see its id',
  'tuya.question':
    '{host} takes no question of this kind; see the local key, or leave this device alone: those that want to be set in order to be read are not',
  'tuya.broken': '{host} broke the connection off; it is tried again',
  'tuya.hungUp':
    '{host} hung up without a word: another program (Home Assistant, say) has its only connection, the local key is wrong, or it does not speak {version}',
  'tuya.key':
    '{host} is there, and key and version do not open what it says: the local key is another (it changes whenever the device is paired anew), or it does not speak {version}',
  'tuya.version': '{host} does not speak {version}; look around tells which version it does',

  'opcua.noPackage':
    'the package node-opcua-client is missing here; install Joulegate with its optional packages (npm ci without --omit=optional)',
  'opcua.connecting':
    '{url} is being connected to and has not answered yet; where it stays so, see its address and port, and whether the server is on',
  'opcua.noValue': 'connected, and the server has told no value yet; it tells them every {seconds} s',
  'opcua.nodes': '{silent} of {all} nodes give no value. {node}: {because}',
  // Why such a node does not: facts of the one above.
  'opcua.node.unknown':
    'there is no such node; see the node id, and whether its ns= is the same since the server was set up anew',
  'opcua.node.id': 'the server does not take this node id',
  'opcua.node.noVariable': 'this node is no variable and has no value',
  'opcua.node.unreadable': 'the server does not let it be read',
  'opcua.node.access': 'this login may not read it',
  'opcua.node.noCommunication': 'the server does not reach the device behind it',
  'opcua.node.notConnected': 'the server is not connected to the device behind it',
  'opcua.node.waiting': 'the server has no value yet',
  'opcua.node.off': 'it is switched off at the server',
  'opcua.node.sensor': 'the server says that the sensor has failed',
  'opcua.node.device': 'the server says that the device has failed',
  'opcua.node.range': 'the server says that it is out of range',
  'opcua.node.last': 'the server gives an old value, as no newer one came to it',
  'opcua.node.initial': 'the server gives a first value that nobody measured',
  'opcua.node.substitute': 'the server gives a value that somebody entered by hand',
  'opcua.node.inaccurate': 'the server says that the sensor is not accurate',
  'opcua.node.status': 'the server gives its value a status that is not good',
  'opcua.node.type': 'it is no number; Boolean, SByte to UInt64, Float or Double is wanted',
  'opcua.node.large': 'its number is none or too large to be read exactly',
  'opcua.node.silent': 'the server takes it and tells nothing of it',
  'opcua.node.noTime': 'it brings no time, so it cannot be told how old it is',
  'opcua.node.old': 'its value is older than is allowed',
  'opcua.path': 'the server at {place} does not know this path; give it as the server shows it',
  'opcua.login':
    'the server refuses the login; see user name and password, and whether this user may come there',
  'opcua.sessions': 'the server has as many clients as it takes; end another one, or allow more there',
  'opcua.time': 'a certificate is not valid now; see the clocks of this machine and of the server',
  'opcua.securityRefused': 'the server refuses this kind of security; choose another one, or allow it there',
  'opcua.ownCertificate':
    'the server does not take the certificate of this client; trust it there (most servers put it under "rejected": move it to "trusted"). It is called Joulegate, its SHA-1 is {sha1}, and it lies in the data folder as opcua/client.der',
  'opcua.other': 'whoever answers at {place} does not speak OPC UA; see the port (often 4840)',
  'opcua.mute':
    'somebody takes the connection at {place} and says nothing; see the port (often 4840), and whether the OPC UA server is well',
  'opcua.unanswered': '{place} does not answer; see the address, a firewall between, and whether it is on',
  'opcua.ended':
    'somebody answers at {place} and ends the connection: no OPC UA server listens there, or it takes nobody now; see the port (often 4840)',
  'opcua.busy': 'the server is just starting, ending, or has too much to do',
  'opcua.subscriptions': 'the server takes no more subscriptions; end another client, or read fewer nodes',
  'opcua.broken': 'the connection to {place} broke',
  'opcua.lost': 'the server ended the connection, or says nothing any more; it is made anew',
  'opcua.unusable': 'the server at {place} cannot be used',
  'opcua.oldPolicies':
    'the server offers only {offered}, which is not safe any more; allow {safe} there, or choose another security',
  'opcua.security': 'the server does not offer the security "{wanted}"; it offers: {offered}',
  'opcua.loginKind': 'with this security the server does not take the login "{wanted}"; it takes: {offered}',
  'opcua.readable':
    'with the security "{wanted}" the server wants the password readable for anybody in the network, and was not sent it; it offers: {better}. Choose that',
  // What these are, as facts of the ones above.
  'opcua.security.none': 'none',
  'opcua.security.sign': 'signed',
  'opcua.security.encrypt': 'signed and encrypted',
  'opcua.login.anonymous': 'without a login',
  'opcua.login.user': 'user name and password',
  'opcua.login.certificate': 'certificate',
  'opcua.unknown': 'nothing that is known',
  'opcua.noCertificate': 'the server shows no certificate, and so nothing can be secured; set one up there',
  'opcua.notTrusted':
    "the server's certificate is not trusted yet. Compare it with what the server itself shows, and enter its fingerprint if they are the same: SHA-256 {sha256} (SHA-1 {sha1})",
  'opcua.otherCertificate':
    'the server shows another certificate than the one that is trusted: SHA-256 {sha256} (SHA-1 {sha1}). Where it was renewed, compare it with what the server itself shows and enter the new fingerprint; else somebody is in between',

  'sender.never': 'nothing was sent yet: see the address and the token in the sender',
  'sender.silent':
    'nothing was sent for three intervals: see whether the sender runs, and what it was answered',
  'sender.past':
    'what is sent is at least {minutes} min old: see the clock of the sender, or whether it sends what had waited',
  'sender.refused': '{count} of what was sent were refused',
  'sender.notStored':
    '{count} values were not stored: their interval had another one already; see how often the sender measures',
  'records.never': 'nothing was sent yet since this host started',
  'records.refused': 'what was sent is refused',
  'records.noTrial':
    'there is nothing to try here: save this source, then set up the forward at the other Joulegate; Test there says whether it comes here',

  'mail.timeout': '{host} did not take the message within {seconds} s',
  'mail.login': '{host} does not let this user in; see user name and password',
  'mail.refused': '{host} does not take the message',
  'push.nobody': 'no browser is signed up: open this page there, and sign it up under Alarms, Channels',
  'push.failed': 'not all browsers were reached',
  'queue.tooMany': 'more than {most} waited',
  'queue.tooOld': 'given up after a day',
  'queue.off': 'the channel is off',
  'forward.nothing': 'nothing that it would send was measured yet',
  'forward.removed': 'it was removed meanwhile',
  'forward.noAnswer': 'the other side does not say what it has',
  'forward.otherPast': 'the other side has records up to {upTo} of another past: begun anew',
  'homeAssistant.leftOut': '{count} meters are left out: one set-up tells of {most} at most',
  'modbusServer.noValue': '{meter} has told no live value; clients are refused (0x0B)',
  'modbusServer.oldValue':
    'the newest value of {meter} is {seconds} s old, and {most} s are allowed; clients are refused (0x0B). See its gateway: whether it is online, and its clock right',
  'modbusServer.oldQuantity':
    '{quantity} of {meter} is {seconds} s old, and {most} s are allowed; reads with it are refused (0x0B). See how often its source tells it, and the oldest value in the settings',
  'modbusServer.settings': 'its settings do not hold any more; save it anew',
  'listen.taken': 'port {port} is taken by another program at {address}; end it, or choose another port',
  'listen.forbidden':
    "port {port} may not be opened by this host's user; choose one from 1024, such as 1502, or let the system pass 502 on to it",
  'listen.noAddress': '{address} is no address of this machine now; choose one that is, or 0.0.0.0 for all',
  'listen.failed': 'port {port} at {address} could not be opened',
  'influx.notWritten':
    'the server does not answer 204, as InfluxDB does where all is written; see the address, and whether InfluxDB is there',
  'forward.leftOut':
    '{count} meters are left out, such as {meter}: its name there would be {name}, and 64 characters are the most',

  'import.decimals':
    '{number} was read with decimals; where it stands for {whole}, say that {sign} stands between thousands',
  'import.days':
    '{time} was read as day {day} of month {month}, and no day in the file says that it is not the other way round; where it is, the format is {format}',
  'import.zone':
    "{time} says no zone and was read as of {zone}; SQLite's CURRENT_TIMESTAMP and many loggers write UTC: where these are, the zone is UTC",
  'import.once':
    '{time} is there once, and clocks in {zone} showed it twice; where the times of the file are of UTC, or of one offset all year (such as Etc/GMT-1 for UTC+1), that is the zone',
  'import.falls':
    'less than on line {before}; a counter only grows until it begins anew: amounts of single intervals are no readings',
  'import.unlike':
    'grows by {grows} Wh where powerW of the same meter makes {makes} Wh; see the factors of both: one kWh is 1000 Wh',
  'import.seam':
    'shows {before}, and {hours} h later {after}: its readings and those that are there do not go on from each other, and what lies between may count as energy; where they are of two meters, or one counts from another beginning, as a sum of Home Assistant does, import it into a meter of its own',
  'import.asEnds':
    'its first time is {seconds} s after midnight, as of ends of intervals, and is taken for a beginning; where times are of ends, say that they mean an end',
  'import.unsaidStart':
    'its times are taken for beginnings of intervals of {seconds} s, and nothing in the file says so; where they are of ends, say that they mean an end',
  'import.unsaidEnd':
    'its times are taken for ends of intervals of {seconds} s, and nothing in the file says so; where they are of beginnings, say that they mean a start',
  'import.dayEnd':
    '{times} times midnight stands behind the rest of its day and is taken for the beginning of that day; where it is the end, write it as 24:00 or with the date of the day after',
  'import.longer':
    '{times} times one behind the other it is {seconds} s to the next value, and it is taken for a mean of {windowS} s, with a gap behind: where it is of all {seconds} s, import that part of the file by itself',
  'import.kilo': 'is never more than {watts} W, and no name says a unit: of kW or kWh the factor is 1000',
  'import.moments':
    'grows as powerW of the interval before makes: its readings are of the moments of their lines, {seconds} s before what they are taken for; say that times mean an instant',
  'import.night':
    'is taken for what goes out or is made, and goes on at night, as what is used does; where it is used, it is import, or powerW with a factor above 0',
  'import.sun':
    'is taken for what is used, and is nothing from 23 to 2 each night, as what the sun makes; where it is made, it is export, or powerW with a factor below 0',
} as const);

export type FaultCode = keyof typeof faultKinds;

type GapsOf<Text extends string> = Text extends `${string}{${infer Gap}}${infer Rest}`
  ? Gap | GapsOf<Rest>
  : never;

/** What a code is told with: a fact for each gap of its text, and what the other side or the machine said in its own words. */
export type FaultFacts<Code extends FaultCode> = Readonly<
  Record<GapsOf<(typeof faultKinds)[Code]>, string | number>
> & { readonly said?: string };

/** A text with its gaps filled; a gap without a fact stays as it is. */
export const filled = (text: string, facts: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (gap, name: string) => String(facts[name] ?? gap));

/** Between codes of a fact that has several. */
export const factJoint = '; ';

/** A fault by these words: a fact may be a code of theirs itself, or several, and is then told by their words, too. */
export function faultIn(
  words: Readonly<Record<FaultCode, string>>,
  code: FaultCode,
  facts: Readonly<Record<string, string | number>>,
): string {
  const own = (part: string) => (Object.hasOwn(words, part) ? words[part as FaultCode] : part);
  const told = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? fact.split(factJoint).map(own).join(factJoint) : fact,
  ]);
  return filled(words[code], Object.fromEntries(told));
}
