/** English of setting up a new gateway by its serial port. */
export const improvWordsEn = {
  title: 'Give it its network, and pair it',
  intro: 'By the same USB cable: choose the WiFi here; the pairing code goes to the gateway by itself.',
  noSerial:
    'This browser cannot reach USB ports. Use Chrome, Edge or Opera on a computer, over https or on the host\u2019s own machine; or set the gateway up by its own WiFi, as below.',
  plug: 'Plug the gateway in. Close other programs that use its port.',
  start: 'Choose its port',
  opening: 'The gateway is asked who it is. After a start it takes some seconds.',
  found: (device: string, firmware: string, chip: string) => `${device}: firmware ${firmware} on ${chip}.`,
  name: 'Name of the gateway',
  nameHelp: 'Lower-case letters, digits, - and _. Empty: a name of its own.',
  wifi: 'WiFi network',
  wifiHelp: '2.4 GHz; choose one that it hears, or type a name.',
  password: 'Password of the WiFi',
  secret: 'It goes over the cable to the gateway alone; this host and browser keep nothing of it.',
  heard: (count: string) => `Networks that it hears: ${count}`,
  scanning: 'It looks for networks…',
  again: 'Look again',
  submit: 'Connect and pair',
  cancel: 'Cancel',
  steps: { joining: 'It joins the network…', pairing: 'It pairs with this host…' },
  done: (gateway: string) =>
    `It is paired as “${gateway}” and connected. It restarts and appears here within a minute.`,
  stored: (gateway: string) =>
    `It is paired as “${gateway}”, but could not reach the broker yet. It restarts in a minute and goes on trying.`,
  another: 'Set up another',
  noCable: 'Without a cable',
  noCableHelp: 'A new gateway opens a WiFi of its own, “Joulegate …”, whose page asks for a pairing code.',
  failed: 'That did not work.',
  faults: {
    silent:
      'Nothing there answers as a gateway that waits to be set up. Is it the right port, and is the firmware on it? A gateway that is set up already opens for 5 minutes after a short press of its button.',
    other: 'Something else answers there, no Joulegate gateway.',
    port: 'The port cannot be opened. Close other programs that use it, such as a serial monitor.',
    gone: 'The gateway was unplugged.',
    refused: 'The gateway did not understand that. Restart it and try again.',
    busy: 'It is at work already. Wait until that has ended.',
    'wifi.missing': 'The name of the WiFi network is missing. Choose one.',
    'wifi.length': 'A WiFi name has at most 32 bytes, a password 8 to 64. Look at both again.',
    'wifi.password': 'The WiFi network refused the password. Type it again; capitals matter.',
    'wifi.timeout':
      'The WiFi network could not be joined within 30 s. Is it 2.4 GHz, near enough, and its name right?',
    'host.form':
      'This is no address of a host. A name or an IPv4 address is allowed, such as 192.168.1.10:8080.',
    'host.none': 'No host was found in this network. Type its address; “Add gateway” on its page shows it.',
    'host.many': 'Several hosts were found. Choose one of them as address.',
    'host.unreachable':
      'The host does not answer. Is it running, in this network, and not on its own machine alone?',
    'host.other':
      'There is something at this address, but it is no Joulegate host that pairs. Look at address and port.',
    'host.false':
      'What answered there does not know the code, so nothing was taken from it. Look at the address.',
    'host.full': 'The host has as many gateways as it takes.',
    'code.form': 'This cannot be a code: it has 12 letters and digits and no U. Look at it again.',
    'code.wrong':
      'The host does not know this code. Look at it again, or make a new one; after five wrong tries codes end.',
    'code.spent': 'This code has been used or ended. Make a new one on the page of the host.',
    'code.expired': 'This code has expired after 15 minutes. Make a new one on the page of the host.',
    'code.dead': 'This code ended because wrong ones were tried. Make a new one on the page of the host.',
    'code.tries': 'The host has refused too many tries. Wait five minutes, then try again.',
    store: 'What the host gave could not be stored. Restart the gateway and use the same code again.',
    broker: 'The host gave its access, but its broker cannot be reached or refused it.',
  } as Readonly<Record<string, string>>,
};

export type ImprovWords = typeof improvWordsEn;
