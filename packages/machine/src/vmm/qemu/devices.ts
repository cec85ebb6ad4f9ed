/** Commas separate QEMU's options; one inside a value is written twice. */
export function escapeValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/** A folder of ours that the guest mounts by `tag`, over 9p. `more`: further options of it, each with its comma. */
export function shareArguments(id: string, folder: string, tag: string, more = ''): string[] {
  const share = `local,id=${id},path=${escapeValue(folder)},security_model=none,multidevs=remap${more}`;
  return ['-fsdev', share, '-device', `virtio-9p-pci,fsdev=${id},mount_tag=${escapeValue(tag)}`];
}

/** An NVMe function. Its disk is gone with the guest: nothing of it has to reach the storage below. */
export function nvmeArguments(id: string, image: string, serial: string, more = ''): string[] {
  const drive = `file=${escapeValue(image)},id=${id},if=none,format=raw,cache=unsafe`;
  return ['-drive', drive, '-device', `nvme,drive=${id},serial=${escapeValue(serial)}${more}`];
}
