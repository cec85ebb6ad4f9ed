/**
 * Takes `st_rdev` as Linux's C libraries give it apart: minor bits 7:0 and 31:20, major bits 19:8, both continued
 * above bit 32 (glibc, bits/sysmacros.h; musl is the same). A device number that needs those is never seen here.
 */
export function splitDeviceNumber(rdev: number): { major: number; minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
