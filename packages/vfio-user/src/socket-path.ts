/** Longest path a UNIX socket can have, in bytes, its NUL not counted (`sun_path` of unix(7)). */
export const MAX_SOCKET_PATH_BYTES = 107;
