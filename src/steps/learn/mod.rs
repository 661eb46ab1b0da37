//! Learning from corrections (以案促改), domain 5.4 and 7: lessons of a corrected case, notices of rectification to departments. Beside the
//! stages; none of it moves a date of the request.

pub mod lesson;
pub mod rectify;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(lesson::record_lesson)
        .service(rectify::order_rectification)
        .service(rectify::report::report_rectification)
        .service(rectify::report::review_rectification)
        .service(rectify::withdraw_rectification);
}
