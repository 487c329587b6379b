/* The filter lock for five tasks that enter again and again. Looking at all the others is one step, as in the other tools. */
byte level[5];
byte last[5];
byte inside;

#define ahead(k) (k != _pid && level[k] >= l)

active [5] proctype enter() {
  byte l;
  l = 1;
  do
  :: d_step { l > 0 -> level[_pid] = l };
     last[l] = _pid;
     d_step {
       !(last[l] == _pid && (ahead(0) || ahead(1) || ahead(2) || ahead(3) || ahead(4))) ->
         if
         :: l == 4 -> l = 0; inside++; assert(inside == 1)
         :: else -> l++
         fi
     }
  :: d_step { l == 0 -> inside--; level[_pid] = 0; l = 1 }
  od
}
