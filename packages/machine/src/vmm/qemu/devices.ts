/** Commas separate QEMU's options; one inside a value is written twice. */
export function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/** A folder of ours that the guest mounts by `tag`, over 9p. `more`: further options of it, each with its comma. */
export function shareArguments(id: string, folder: string, tag: string, more = ''): string[] {
  const share = `local,id=${id},path=${escapeValue(folder)},security_model=none,multidevs=remap${more}`;
  return ['-fsdev', share, '-device', `virtio-9p-pci,fsdev=${id},mount_tag=${escapeValue(tag)}`];
}

/** A device that QEMU emulates by itself, by the name it has there. */
export interface EmulatedDevice {
  readonly driver: string;
  readonly properties: Readonly<Record<string, string>>;
  /** A raw file as its disk. It is gone with the guest: nothing of it has to reach the storage below. */
  readonly image?: string;
}

/** A device as QEMU's `-device` has it. */
export const deviceOption = (
  driver: string,
  properties: readonly (readonly [name: string, value: string])[],
): string => [driver, ...properties.map(([name, value]) => `${name}=${escapeValue(value)}`)].join(',');

/** @param disk names its disk, if it has one */
export function emulatedArguments(disk: string, { driver, properties, image }: EmulatedDevice): string[] {
  const drive = image === undefined ? {} : { drive: disk };
  const given = Object.entries({ ...drive, ...properties });
  const device = deviceOption(driver, given);
  const options = `id=${disk},if=none,format=raw,cache=unsafe`;
  return [
    ...(image === undefined ? [] : ['-drive', `file=${escapeValue(image)},${options}`]),
    ...['-device', device],
  ];
}
