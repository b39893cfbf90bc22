//! Words that both sides have: engines, environments, states.

use stopover_plan::event::{Mode, Outcome};
use stopover_plan::model::{Engine, Environment};
use stopover_plan::session::{State, Status};

use crate::view;

/// Writes the two conversions between enums with the same variants.
macro_rules! same {
    ($theirs:ty => $ours:ty { $($variant:ident),* }) => {
        impl From<$theirs> for $ours {
            fn from(value: $theirs) -> Self {
                match value { $(<$theirs>::$variant => Self::$variant),* }
            }
        }
    };
}

same!(Engine => view::Engine { Postgresql, Mysql, Sqlite });
same!(view::Engine => Engine { Postgresql, Mysql, Sqlite });
same!(Environment => view::Environment { Development, Staging, Production });
same!(view::Environment => Environment { Development, Staging, Production });
same!(Mode => view::Mode { Rehearsal, Live });
same!(Outcome => view::Outcome { Succeeded, Failed, Aborted, RolledBack, PartlyRolledBack });
same!(State => view::State { Running, Paused, Waiting, Failed, Unknown, RollingBack, Interrupted, Finished });
same!(Status => view::Status { Waiting, Running, Paused, Interrupted, Unknown, Succeeded, Failed, Skipped, Undone });
