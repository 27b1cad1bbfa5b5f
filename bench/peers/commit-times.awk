# Reads "row XID ID" lines and then pg_waldump's records of transactions; prints "ID MICROSECONDS" for each row, the
# local commit time since 1970 (the time zone has to be UTC). Rows written in a subtransaction name its xid: commit
# records list those.
$1 == "row" { ids[$2] = ids[$2] " " $3; next }
/desc: COMMIT/ {
  match($0, /tx: +[0-9]+/)
  xid = substr($0, RSTART + 3, RLENGTH - 3) + 0
  match($0, /desc: COMMIT [0-9-]+ [0-9:.]+/)
  split(substr($0, RSTART + 13, RLENGTH - 13), stamp, " ")
  split(stamp[2], part, ".")
  moment = stamp[1] " " part[1]
  gsub(/[-:]/, " ", moment)
  time = mktime(moment) * 1000000 + part[2]
  tell(xid)
  if (match($0, /subxacts:[ 0-9]+/)) {
    count = split(substr($0, RSTART + 9, RLENGTH - 9), subxids, " ")
    for (i = 1; i <= count; i++) tell(subxids[i])
  }
}
function tell(xid, n, i, list) {
  n = split(ids[xid], list, " ")
  for (i = 1; i <= n; i++) printf "%s %.0f\n", list[i], time
}
