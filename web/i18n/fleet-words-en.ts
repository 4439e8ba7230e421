/** English of the list of gateways, and of how a new one comes. */
export const fleetWordsEn = {
  parts: { list: 'List', rollouts: 'Roll-outs', new: 'New gateway', sources: 'Other sources' },
  find: 'Find',
  findHelp: 'Name, meter, board or version',
  show: 'Show',
  filters: { all: 'All', trouble: 'With trouble', offline: 'Offline', waiting: 'Much unsent' },
  filter: (name: string, count: string) => `${name} ${count}`,
  sort: 'Sort by',
  sorts: {
    trouble: 'trouble first',
    name: 'name',
    journal: 'unsent and dropped',
    firmware: 'oldest firmware',
    seen: 'longest away',
  },
  shown: (shown: string, all: string) => `${shown} of ${all} shown`,
  noneShown: 'No gateway is like that.',
  showAll: 'Show all',
  full: (share: string) => `journal ${share} full`,
  meters: (count: string) => `Meters: ${count}`,
  metersWell: (well: string, all: string) => `${well} of ${all} meters well`,
  chosen: (count: string) => `${count} chosen`,
  chooseAll: 'Choose all',
  chooseNone: 'Choose none',
  steps: {
    title: 'From a bare board to values on this page',
    meters: 'Lines and meters',
    metersHelp:
      'Open the new gateway, add its lines in the settings, and let a scan find the meters on them.',
  },
};

export type FleetWords = typeof fleetWordsEn;
