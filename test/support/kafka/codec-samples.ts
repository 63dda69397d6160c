/**
 * What the compressors of Kafka 4.1.1's own dependencies (lz4-java 1.8.0, snappy-java 1.1.10.7, zstd-jni 1.5.6-10)
 * make of {@link COMPRESSED_TEXT}, base64.
 */
export const COMPRESSED_TEXT = Buffer.from(
  Array.from(
    { length: 900 },
    (_, i) =>
      `{"notification":"SessionUpdateNotification","session":{"id":${1187 + (i % 9)},"energy":${(i % 9) ** 2}}}\n`,
  ).join(''),
);

export const FIXTURES = {
  /** LZ4 as the Java producer writes it (Lz4BlockOutputStream): 64 KiB blocks, no checksums. All of the text. */
  javaLz4:
    'BCJNGGBAgpoBAAD4EHsibm90aWZpY2F0aW9uIjoiU2Vzc2lvblVwZGF0ZU4cADIsInMcAP8LIjp7ImlkIjoxMTg3LCJlbmVyZ3ki' +
    'OjB9fQpOACwWOE4AHzFOAC8WOU4AHzROAC4mOTBOAB85TgAvFjFOAC8xNk8ALxYyTwAvMjVPAC8WM08AHzOeADAWNE8AHzQ8ATAW' +
    'NU8AHzbZAS8PwwL/////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////5FBTZXNzabAAAADwDG9uVXBkYXRlTm90aWZpY2F0aW9uIiwi' +
    'c2VzcwoA+A46eyJpZCI6MTE5MywiZW5lcmd5IjozNn19CnsibjMAMjoiUzMAD08AFBY0TwAvNDlPAC8WNU8ALzY0TwAuJjg3TwAf' +
    'ME4ALxY4TgAfMU4ALxY5TgAP6gAvJjkwTgAPhwEwFjFOAB8xJQIwFjJPAC8yNToBLg/DAv//////////////////////OlA2NH19' +
    'CgAAAAA=',
  /** The same with a checksum behind every block. */
  javaLz4BlockChecksums:
    'BCJNGHBArZoBAAD4EHsibm90aWZpY2F0aW9uIjoiU2Vzc2lvblVwZGF0ZU4cADIsInMcAP8LIjp7ImlkIjoxMTg3LCJlbmVyZ3ki' +
    'OjB9fQpOACwWOE4AHzFOAC8WOU4AHzROAC4mOTBOAB85TgAvFjFOAC8xNk8ALxYyTwAvMjVPAC8WM08AHzOeADAWNE8AHzQ8ATAW' +
    'NU8AHzbZAS8PwwL/////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////5FBTZXNzacAV0/qwAAAA8AxvblVwZGF0ZU5vdGlmaWNhdGlv' +
    'biIsInNlc3MKAPgOOnsiaWQiOjExOTMsImVuZXJneSI6MzZ9fQp7Im4zADI6IlMzAA9PABQWNE8ALzQ5TwAvFjVPAC82NE8ALiY4' +
    'N08AHzBOAC8WOE4AHzFOAC8WOU4AD+oALyY5ME4AD4cBMBYxTgAfMSUCMBYyTwAvMjU6AS4PwwL//////////////////////zpQ' +
    'NjR9fQq8CAseAAAAAA==',
  /** An LZ4 frame with content size, content checksum and block checksums (LZ4FrameOutputStream). */
  lz4AllFields:
    'BCJNGHxALBQBAAAAAAAKmgEAAPgQeyJub3RpZmljYXRpb24iOiJTZXNzaW9uVXBkYXRlThwAMiwicxwA/wsiOnsiaWQiOjExODcs' +
    'ImVuZXJneSI6MH19Ck4ALBY4TgAfMU4ALxY5TgAfNE4ALiY5ME4AHzlOAC8WMU4ALzE2TwAvFjJPAC8yNU8ALxYzTwAfM54AMBY0' +
    'TwAfNDwBMBY1TwAfNtkBLw/DAv//////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '////////////////////////////////////////////////////////////////////////////////////////////////////' +
    '///////////////////////////////////////////////////////////////kUFNlc3NpwBXT+rAAAADwDG9uVXBkYXRlTm90' +
    'aWZpY2F0aW9uIiwic2VzcwoA+A46eyJpZCI6MTE5MywiZW5lcmd5IjozNn19CnsibjMAMjoiUzMAD08AFBY0TwAvNDlPAC8WNU8A' +
    'LzY0TwAuJjg3TwAfME4ALxY4TgAfMU4ALxY5TgAP6gAvJjkwTgAPhwEwFjFOAB8xJQIwFjJPAC8yNToBLg/DAv//////////////' +
    '////////OlA2NH19CrwICx4AAAAAddQCvw==',
  /** Snappy in the framing of snappy-java, two blocks. The first 36,000 bytes. */
  snappyFramed:
    'glNOQVBQWQAAAAABAAAAAQAABoGAgAJ4eyJub3RpZmljYXRpb24iOiJTZXNzaW9uVXBkYXRlTi4cAAgsInMJHGQiOnsiaWQiOjEx' +
    'ODcsImVuZXJneSI6MH19CvpOAAA4GU4AMe5OAAlOADkZTgA07k4ABU4EOTAZTgA57k4ACU4AMRlOBDE27k8ACU8AMhlPBDI17k8A' +
    'CU8AMxlPADPungANngA0GU8ANO48AS08ADUZTwA27tkBKdn+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL6wwIAAAEboBmIb24iOiJTZXNzaW9uVXBkYXRlTm90aWZpY2F0aW9uIiwi' +
    'c2UFHHAiOnsiaWQiOjExOTAsImVuZXJneSI6OX19Cnsibi4yAL5OAAAxGU4EMTbuTwAJTwAyGU8EMjXuTwAJTwAzGU8AM+6eAA2e' +
    'ADQZTwA07jwBLTwANRlPBDY07u0ABe0EODcZTwAw7k4ACU4AOBlOADHuTgAJTgA5GU7u6gAJ6v7DAv7DAv7DAv7DAv7DAv7DAv7D' +
    'Av7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7DAv7D' +
    'Av7DAv7DAv7DAv7DAv7DAv7DAqrDAg==',
  /** One raw Snappy block, as librdkafka writes it. The first 9,000 bytes. */
  snappyRaw:
    'qEZ4eyJub3RpZmljYXRpb24iOiJTZXNzaW9uVXBkYXRlTi4cAAgsInMJHGQiOnsiaWQiOjExODcsImVuZXJneSI6MH19CvpOAAA4' +
    'GU4AMe5OAAlOADkZTgA07k4ABU4EOTAZTgA57k4ACU4AMRlOBDE27k8ACU8AMhlPBDI17k8ACU8AMxlPADPungANngA0GU8ANO48' +
    'AS08ADUZTwA27tkBKdn+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwL+' +
    'wwL+wwL+wwL+wwL+wwL+wwL+wwL+wwKawwI=',
  /** A zstd frame (zstd-jni). All of the text. */
  zstd:
    'KLUv/QBYFQQAMkUTGnBp2+YfgzAvw5CIe5wA5EQe26Qb3Vf64acJqIxEVCkZCKW6y5OYdxTLcvQJA2J7bwDHnT7hK3p2E9iGJIdB' +
    'L2ZsBdf34oYQuMBt9ZUUACgRxkQODCSCjR3IBjZxIBE2dinIBlszz5INbHIgL9jQQDKwyYE82JiMgsRgcD838w==',
  /** A gzip member (java.util.zip). All of the text. */
  gzip:
    'H4sIAAAAAAAA/+3SPQrCQBCA0d5jTG1h/E8OYSMeQDRKmigmjQTvrmCxsV7L1y0MfOzuvCHaW99cmtOxb25tVLGvu+5zOtzPx77e' +
    'jWfT6L6zqIZozlEVxXYzjbqtH9dnVLPXazLk1bapVuTXylRbZtfKWaqV+bVi9NJ1fm6ecvNVfm6Rcos/3G45WsQf/m6Vcuv8xSKM' +
    'MMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOM' +
    'MMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOM' +
    'MMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOM' +
    'MMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOM' +
    'MMIII4wwwggjjDDCCCOMMMIII4wwwggjjDDCCCOMMMIII4wwwj+E372pQgEsFAEA',
} as const;
